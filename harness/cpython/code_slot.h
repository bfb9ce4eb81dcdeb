#pragma once

#include "harness/cpython/python.h"

namespace pyharness {

/// What do we know of this code object? One pointer of ours per code object, which CPython gives back when the object
/// dies (PEP 523's co_extra). All calls need the interpreter lock.
class CodeSlot {
 public:
  /// `on_death` is called with the pointer of each code object that is freed. Throws Failure where CPython has no slot
  /// left.
  void open(void (*on_death)(void*));

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
