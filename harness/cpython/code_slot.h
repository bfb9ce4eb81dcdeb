#pragma once

#include "harness/cpython/python.h"

namespace pyharness {

/// What do we know of this code object? One pointer of ours per code object (PEP 523's co_extra). What it points at
/// must outlive the interpreter. All calls need the interpreter lock.
class CodeSlot {
 public:
  /// Throws Failure where CPython has no slot left.
  void open();

  [[nodiscard]] void* get(PyObject* code) const noexcept {
    void* value = nullptr;
    return _PyCode_GetExtra(code, index_, &value) == 0 ? value : nullptr;
  }
  /// False (and no exception) where memory is out.
  bool set(PyObject* code, void* value) const noexcept;

 private:
  Py_ssize_t index_ = -1;
};

}  // namespace pyharness
