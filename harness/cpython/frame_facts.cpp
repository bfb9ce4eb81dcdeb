#include "harness/cpython/frame_facts.h"

#include <opcode.h>

#include <algorithm>

namespace pyharness {

bool is_resumed(PyFrameObject* frame, PyCodeObject* code) noexcept {
  if ((code->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) == 0) return false;
  const int last = PyFrame_GetLasti(frame);
  if (last < 0) return false;
  const _Py_CODEUNIT unit = _PyCode_CODE(code)[static_cast<std::size_t>(last) / sizeof(_Py_CODEUNIT)];
  // RESUME tells by its argument: 0 at the start, more after a yield or await. throw() and close() come in at the yield
  // itself, or behind the SEND of a yield from or await whose inner one they went to first.
  if (_Py_OPCODE(unit) == RESUME || _Py_OPCODE(unit) == RESUME_QUICK) return _Py_OPARG(unit) != 0;
  return _Py_OPCODE(unit) == YIELD_VALUE || _Py_OPCODE(unit) == SEND || _Py_OPCODE(unit) == JUMP_BACKWARD_NO_INTERRUPT;
}

std::vector<PyFrameObject*> open_frames(PyThreadState* thread) {
  std::vector<PyFrameObject*> frames;
  // Borrowed: the interpreter holds what it runs.
  for (PyFrameObject* frame = PyThreadState_GetFrame(thread); frame != nullptr;) {
    frames.push_back(frame);
    PyFrameObject* outer = PyFrame_GetBack(frame);
    Py_DECREF(frame);
    frame = outer;
  }
  std::reverse(frames.begin(), frames.end());
  return frames;
}

}  // namespace pyharness
