#pragma once

#include "harness/cpython/python.h"

namespace pyharness {

/// Moments in CPython's life that no public hook tells. The host links libpython statically with --wrap on the function
/// that libpython calls at that moment, so nothing in the interpreter is changed and nothing shows. Each may be null.
struct LinkSeams {
  /// A thread state was tied to the calling thread: Python's own threads and foreign ones, before their first bytecode.
  /// The interpreter lock may not be held.
  void (*thread_born)(PyThreadState* thread) = nullptr;
  /// The program set or removed a tracer on `thread`, through sys.settrace or PyEval_SetTrace; done already.
  void (*program_tracer)(PyThreadState* thread, bool installed) = nullptr;
  /// An object begins its life in memory that it was not handed out for just now: it comes from one of CPython's free
  /// lists. Under the interpreter lock; must not make objects. `block` is where its memory begins.
  void (*object_reused)(const void* block) = nullptr;
  /// The program's code is over: threads joined, atexit handlers run; the interpreter starts to take itself down.
  void (*code_ended)() = nullptr;
  /// os._exit: the process ends at once. May run in a vfork child, whose memory is the parent's: compare the process id
  /// before anything is written, and make system calls only.
  void (*exiting)() = nullptr;
  /// A module of libpython's puts `value` (borrowed) into its namespace: returns what is put there instead, borrowed
  /// too.
  PyObject* (*module_value)(PyObject* value) = nullptr;
};

/// Empty until the host fills it in, before the interpreter starts.
LinkSeams& link_seams() noexcept;

}  // namespace pyharness
