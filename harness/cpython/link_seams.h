#pragma once

#include "harness/cpython/python.h"

namespace pyharness {

/// Moments in CPython's life that no public hook tells. The static host takes them at link time (link_seams.cpp), the
/// shared one with what the dynamic linker and public hooks offer (loaded_seams.cpp). Each may be null.
struct LinkSeams {
  /// A thread state was tied to the calling thread: Python's own threads and foreign ones, before their first bytecode.
  /// The interpreter lock may not be held. On 3.11 only.
  void (*thread_born)(PyThreadState* thread) = nullptr;
  /// The program set or removed a tracer on `thread`, through sys.settrace or PyEval_SetTrace; done already. On 3.11
  /// only.
  void (*program_tracer)(PyThreadState* thread, bool installed) = nullptr;
  /// The same of a profiler, through sys.setprofile, cProfile or PyEval_SetProfile.
  void (*program_profiler)(PyThreadState* thread, bool installed) = nullptr;
  /// An object begins its life in memory that it was not handed out for just now: it comes from one of CPython's free
  /// lists. In the static host only. Under the interpreter lock; must not make objects. `block` is where its memory
  /// begins.
  void (*object_reused)(const void* block) = nullptr;
  /// A code object is about to be run, or made a function of: which one is to take its place, if any? A new
  /// reference, or null. `globals` are what it will run in. In the static host on 3.11 only. Under the interpreter lock;
  /// must leave no exception.
  PyObject* (*code_to_run)(PyCodeObject* code, PyObject* globals) = nullptr;
  /// Code that no frame called (the program's own module) has returned, or an exception has left it. Like code_to_run.
  void (*outermost_ended)() = nullptr;
  /// The program's code is over: threads joined, atexit handlers run; the interpreter starts to take itself down.
  void (*code_ended)() = nullptr;
  /// os._exit: the process ends at once. This and the next two may run in a vfork child, whose memory is the parent's:
  /// compare the process id before anything is written, and make system calls only.
  void (*exiting)(int status) = nullptr;
  /// Another program takes this one's place, unless `exec_failed` follows.
  void (*exec_begins)() = nullptr;
  void (*exec_failed)() = nullptr;
  /// A child was waited for, which a signal has ended.
  void (*child_killed)(pid_t pid, int signal) = nullptr;
};

/// Empty until the host fills it in.
LinkSeams& link_seams() noexcept;

/// Before anything else of CPython is called: throws Failure where this is not the CPython that we were compiled for.
void check_interpreter();

/// Once, with the interpreter running and before any code of the program.
void open_link_seams();

}  // namespace pyharness
