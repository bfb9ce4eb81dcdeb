#include "harness/cpython/tracer_disguise.h"

#include "harness/cpython/instrumented_code.h"
#include "harness/cpython/thread_tracing.h"

namespace pyharness {
namespace {

thread_local Py_tracefunc t_program_tracer = nullptr;

int on_program_event(PyObject* object, PyFrameObject* frame, int what, PyObject* argument) {
  if (what == PyTrace_OPCODE) {
    PyCodeObject* code = PyFrame_GetCode(frame);
    const bool ours = is_inserted(code, PyFrame_GetLasti(frame));
    Py_DECREF(code);
    if (ours) return 0;
  }
  return t_program_tracer(object, frame, what, argument);
}

}  // namespace

void hide_hooks_from_tracer(PyThreadState* thread, bool installed) {
  if (!installed || thread != PyThreadState_Get() || is_tracing(thread, on_program_event)) return;
  t_program_tracer = tracer_of(thread);
  start_tracing(thread, on_program_event);
}

}  // namespace pyharness
