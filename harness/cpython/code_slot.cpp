#include "harness/cpython/code_slot.h"

#include "harness/base/error.h"

namespace pyharness {

void CodeSlot::open() {
  index_ = code_extra::request(nullptr);
  if (index_ < 0) throw Failure("CPython has no room left for our data beside code objects.");
}

bool CodeSlot::set(PyObject* code, void* value) const noexcept {
  if (code_extra::set(code, index_, value) == 0) return true;
  PyErr_Clear();
  return false;
}

}  // namespace pyharness
