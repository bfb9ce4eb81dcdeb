#pragma once

#include "harness/cpython/python.h"

namespace pyharness {

// By the names that each version has for it.
namespace code_extra {
#if PY_VERSION_HEX >= 0x030C0000
inline constexpr auto request = PyUnstable_Eval_RequestCodeExtraIndex;
inline constexpr auto get = PyUnstable_Code_GetExtra;
inline constexpr auto set = PyUnstable_Code_SetExtra;
#else
inline constexpr auto request = _PyEval_RequestCodeExtraIndex;
inline constexpr auto get = _PyCode_GetExtra;
inline constexpr auto set = _PyCode_SetExtra;
#endif
}  // namespace code_extra

/// What do we know of this code object? One pointer of ours per code object (PEP 523's co_extra). What it points at
/// must outlive the interpreter. All calls need the interpreter lock.
class CodeSlot {
 public:
  /// Throws Failure where CPython has no slot left.
  void open();

  [[nodiscard]] void* get(PyObject* code) const noexcept {
    void* value = nullptr;
    return code_extra::get(code, index_, &value) == 0 ? value : nullptr;
  }
  /// False (and no exception) where memory is out.
  bool set(PyObject* code, void* value) const noexcept;

 private:
  Py_ssize_t index_ = -1;
};

}  // namespace pyharness
