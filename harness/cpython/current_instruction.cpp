#include "harness/cpython/current_instruction.h"

#include <algorithm>

#include "harness/cpython/internals.h"
#include "harness/cpython/plain_text.h"

namespace pyharness {
namespace {

PyThreadState* locked_thread() noexcept {
#if PY_VERSION_HEX < 0x030C0000
  return _PyThreadState_GET();
#elif PY_VERSION_HEX < 0x030D0000
  return _PyThreadState_UncheckedGet();
#else
  return PyThreadState_GetUnchecked();
#endif
}

// A new thread state has no frame yet, and one that is being cleared has none any more.
_PyInterpreterFrame* innermost_frame(PyThreadState* thread) noexcept {
  if (thread == nullptr) return nullptr;
#if PY_VERSION_HEX < 0x030C0000
  _PyInterpreterFrame* frame = thread->cframe->current_frame;
  while (frame != nullptr && _PyFrame_IsIncomplete(frame)) frame = frame->previous;
  return frame;
#else
  return _PyThreadState_GetFrame(thread);
#endif
}

CurrentInstruction instruction_of(_PyInterpreterFrame* frame) noexcept {
  if (frame == nullptr) return {};
#if PY_VERSION_HEX < 0x030D0000
  return {reinterpret_cast<std::uintptr_t>(frame->prev_instr), frame->f_code};
#else
  return {reinterpret_cast<std::uintptr_t>(frame->instr_ptr), _PyFrame_GetCode(frame)};
#endif
}

}  // namespace

CurrentInstruction locked_instruction() noexcept { return instruction_of(innermost_frame(locked_thread())); }

CurrentInstruction own_instruction() noexcept {
  return instruction_of(innermost_frame(PyGILState_GetThisThreadState()));
}

InstructionFacts facts_of(const CurrentInstruction& instruction) {
  PyCodeObject* code = instruction.code;
  const auto first = reinterpret_cast<std::uintptr_t>(code->co_code_adaptive);
  // A generator that has not started stands one unit before its first one.
  const int line = PyCode_Addr2Line(code, static_cast<int>(instruction.address - first));
  const auto units = static_cast<std::size_t>(Py_SIZE(reinterpret_cast<PyObject*>(code)));
  return {.file = plain_text(code->co_filename),
          .qualified_name = plain_text(code->co_qualname),
          .line = static_cast<std::uint32_t>(std::max(line, 0)),
          .first_line = static_cast<std::uint32_t>(std::max(code->co_firstlineno, 0)),
          .code_bytes = first - reinterpret_cast<std::uintptr_t>(code) + units * sizeof(_Py_CODEUNIT)};
}

std::string current_module(PyObject* name_key) {
  const _PyInterpreterFrame* frame = innermost_frame(locked_thread());
  PyObject* globals = frame == nullptr ? nullptr : frame->f_globals;
  if (globals == nullptr || !PyDict_CheckExact(globals)) return {};
  // Both are str: the lookup makes nothing, runs no code of the program's, and raises nothing.
  return plain_text(PyDict_GetItemWithError(globals, name_key));
}

bool has_interpreter_lock() noexcept {
  PyThreadState* own = PyGILState_GetThisThreadState();
  return own != nullptr && own == locked_thread();
}

}  // namespace pyharness
