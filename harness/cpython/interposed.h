#pragma once

#include <sys/types.h>

namespace pyharness {

/// Who wants to know of calls that the loader stands in front of (harness/host/loader.cpp): the shared flavour's way to
/// some of the moments in link_seams.h. No Python.h here, the loader is the same for every version. Null is nobody.
struct Interposed {
  void (*exiting)(int status) = nullptr;                          // before _exit
  void (*exec_begins)() = nullptr;                                // before execve and its kin
  void (*exec_failed)() = nullptr;                                // after them
  void (*child_killed)(pid_t pid, int signal) = nullptr;          // after waitpid and its kin
  void (*thread_value_set)(unsigned key, void* value) = nullptr;  // after pthread_setspecific
  void (*tracer_set)() = nullptr;    // after _PyEval_SetTrace or PyEval_SetTrace, called through the dynamic linker
  void (*profiler_set)() = nullptr;  // after _PyEval_SetProfile (cProfile) or PyEval_SetProfile, likewise
};

}  // namespace pyharness
