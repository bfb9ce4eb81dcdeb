#include "harness/cpython/thread_tracing.h"

namespace pyharness {
namespace {

void update_switch(PyThreadState* thread) noexcept {
  // Or'ed into each opcode: Include/cpython/pystate.h
  thread->cframe->use_tracing = thread->c_tracefunc != nullptr || thread->c_profilefunc != nullptr ? 255 : 0;
}

}  // namespace

void start_tracing(PyThreadState* thread, Py_tracefunc function) noexcept {
  thread->c_tracefunc = function;
  update_switch(thread);
}

void stop_tracing(PyThreadState* thread) noexcept {
  thread->c_tracefunc = nullptr;
  update_switch(thread);
}

bool is_tracing(PyThreadState* thread, Py_tracefunc function) noexcept { return thread->c_tracefunc == function; }

Py_tracefunc tracer_of(PyThreadState* thread) noexcept { return thread->c_tracefunc; }

void start_profiling(PyThreadState* thread, Py_tracefunc function) noexcept {
  thread->c_profilefunc = function;
  update_switch(thread);
}

void stop_profiling(PyThreadState* thread) noexcept {
  thread->c_profilefunc = nullptr;
  update_switch(thread);
}

bool is_profiling(PyThreadState* thread, Py_tracefunc function) noexcept { return thread->c_profilefunc == function; }

Py_tracefunc profiler_of(PyThreadState* thread) noexcept { return thread->c_profilefunc; }

}  // namespace pyharness
