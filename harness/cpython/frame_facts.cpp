#include "harness/cpython/frame_facts.h"

#include <opcode.h>

#include <algorithm>

namespace pyharness {
namespace {

// Where a frame is; null where it has not begun.
const _Py_CODEUNIT* unit_of(PyFrameObject* frame, PyCodeObject* code) noexcept {
  const int last = PyFrame_GetLasti(frame);
  return last < 0 ? nullptr : _PyCode_CODE(code) + static_cast<std::size_t>(last) / sizeof(_Py_CODEUNIT);
}

}  // namespace

bool is_resumed(PyFrameObject* frame, PyCodeObject* code) noexcept {
  if ((code->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) == 0) return false;
  const _Py_CODEUNIT* at = unit_of(frame, code);
  if (at == nullptr) return false;
  const _Py_CODEUNIT unit = *at;
  // RESUME tells by its argument: 0 at the start, more after a yield or await. throw() and close() come in at the yield
  // itself, or behind the SEND of a yield from or await whose inner one they went to first.
  if (_Py_OPCODE(unit) == RESUME || _Py_OPCODE(unit) == RESUME_QUICK) return _Py_OPARG(unit) != 0;
  return _Py_OPCODE(unit) == YIELD_VALUE || _Py_OPCODE(unit) == SEND || _Py_OPCODE(unit) == JUMP_BACKWARD_NO_INTERRUPT;
}

bool is_beginning(PyFrameObject* frame, PyCodeObject* code) noexcept {
  const _Py_CODEUNIT* at = unit_of(frame, code);
  return at != nullptr && (_Py_OPCODE(*at) == RESUME || _Py_OPCODE(*at) == RESUME_QUICK) && _Py_OPARG(*at) == 0;
}

bool is_yielding(PyFrameObject* frame, PyCodeObject* code) noexcept {
  const _Py_CODEUNIT* at = unit_of(frame, code);
  return at != nullptr && _Py_OPCODE(*at) == YIELD_VALUE;
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
