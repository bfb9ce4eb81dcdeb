#include "harness/cpython/thread_tracing.h"

namespace pyharness {

void start_tracing(PyThreadState* thread, Py_tracefunc function) noexcept {
  thread->c_tracefunc = function;
  thread->cframe->use_tracing = 255;  // or'ed into each opcode: Include/cpython/pystate.h
}

void stop_tracing(PyThreadState* thread) noexcept {
  thread->c_tracefunc = nullptr;
  thread->cframe->use_tracing = thread->c_profilefunc != nullptr ? 255 : 0;
}

bool is_tracing(PyThreadState* thread, Py_tracefunc function) noexcept { return thread->c_tracefunc == function; }

bool has_tracer(PyThreadState* thread) noexcept { return thread->c_tracefunc != nullptr; }

}  // namespace pyharness
