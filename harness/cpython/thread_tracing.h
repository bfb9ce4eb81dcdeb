#pragma once

#include "harness/cpython/python.h"

namespace pyharness {

/// Who calls me on a line? A C trace function on one thread state, as PyEval_SetTrace puts it there, but without the
/// audit event and without an argument object: sys.gettrace() stays None. Needs the interpreter lock, or a thread state
/// that has not run yet.
void start_tracing(PyThreadState* thread, Py_tracefunc function) noexcept;
void stop_tracing(PyThreadState* thread) noexcept;
/// What is installed there now.
[[nodiscard]] bool is_tracing(PyThreadState* thread, Py_tracefunc function) noexcept;
/// Ours, or the program's; null where there is none.
[[nodiscard]] Py_tracefunc tracer_of(PyThreadState* thread) noexcept;

/// Who calls me on a call? The same for a C profile function, as PyEval_SetProfile: sys.getprofile() stays None.
void start_profiling(PyThreadState* thread, Py_tracefunc function) noexcept;
void stop_profiling(PyThreadState* thread) noexcept;
[[nodiscard]] bool is_profiling(PyThreadState* thread, Py_tracefunc function) noexcept;
/// Ours, or the program's; null where there is none.
[[nodiscard]] Py_tracefunc profiler_of(PyThreadState* thread) noexcept;

}  // namespace pyharness
