#include "harness/cpython/current_instruction.h"

#include <algorithm>

#include "harness/cpython/internals.h"
#include "harness/cpython/plain_text.h"

namespace pyharness {
namespace {

// A new thread state has no frame yet, and one that is being cleared has none any more.
_PyInterpreterFrame* innermost_frame(PyThreadState* thread) noexcept {
  _PyInterpreterFrame* frame = thread == nullptr ? nullptr : thread->cframe->current_frame;
  while (frame != nullptr && _PyFrame_IsIncomplete(frame)) frame = frame->previous;
  return frame;
}

CurrentInstruction instruction_of(const _PyInterpreterFrame* frame) noexcept {
  if (frame == nullptr) return {};
  return {reinterpret_cast<std::uintptr_t>(frame->prev_instr), frame->f_code};
}

}  // namespace

CurrentInstruction locked_instruction() noexcept { return instruction_of(innermost_frame(_PyThreadState_GET())); }

CurrentInstruction own_instruction() noexcept {
  return instruction_of(innermost_frame(PyGILState_GetThisThreadState()));
}

InstructionFacts facts_of(const CurrentInstruction& instruction) {
  PyCodeObject* code = instruction.code;
  const auto first = reinterpret_cast<std::uintptr_t>(_PyCode_CODE(code));
  // A generator that has not started stands one unit before its first one.
  const int line = PyCode_Addr2Line(code, static_cast<int>(instruction.address - first));
  return {.file = plain_text(code->co_filename),
          .qualified_name = plain_text(code->co_qualname),
          .line = static_cast<std::uint32_t>(std::max(line, 0)),
          .first_line = static_cast<std::uint32_t>(std::max(code->co_firstlineno, 0)),
          .code_bytes = first - reinterpret_cast<std::uintptr_t>(code) + _PyCode_NBYTES(code)};
}

std::string current_module(PyObject* name_key) {
  const _PyInterpreterFrame* frame = innermost_frame(_PyThreadState_GET());
  PyObject* globals = frame == nullptr ? nullptr : frame->f_globals;
  if (globals == nullptr || !PyDict_CheckExact(globals)) return {};
  // Both are str: the lookup makes nothing, runs no code of the program's, and raises nothing.
  return plain_text(PyDict_GetItemWithError(globals, name_key));
}

bool has_interpreter_lock() noexcept {
  PyThreadState* own = PyGILState_GetThisThreadState();
  return own != nullptr && own == _PyThreadState_GET();
}

}  // namespace pyharness
