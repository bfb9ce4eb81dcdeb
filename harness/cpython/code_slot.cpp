#include "harness/cpython/code_slot.h"

#include "harness/base/error.h"

#include <algorithm>

namespace pyharness {
namespace {

// What co_extra points at: private to CPython's codeobject.c, the same from 3.6 to 3.14.
struct Extras {
  Py_ssize_t size;
  void* values[1];
};

Extras* extras_of(PyObject* code) noexcept {
  return static_cast<Extras*>(reinterpret_cast<PyCodeObject*>(code)->co_extra);
}

}  // namespace

void CodeSlot::open() {
  index_ = code_extra::request(nullptr);
  if (index_ < 0) throw Failure("CPython has no room left for our data beside code objects.");
}

bool CodeSlot::set(PyObject* code, void* value) const noexcept {
  const Py_ssize_t before = extras_of(code) == nullptr ? 0 : extras_of(code)->size;
  if (code_extra::set(code, index_, value) != 0) {
    PyErr_Clear();
    return false;
  }
  // CPython made room for everybody who has a slot, and would call their functions that free for code that they never
  // marked: with null, and after the program has taken a ctypes callback down.
  Extras* extras = extras_of(code);
  if (extras->values[index_] == value) extras->size = std::max(before, index_ + 1);
  return true;
}

}  // namespace pyharness
