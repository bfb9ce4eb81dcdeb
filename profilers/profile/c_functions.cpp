#include "profilers/profile/c_functions.h"

#include <exception>

#include "harness/cpython/c_function_name.h"
#include "harness/cpython/owned_ref.h"

namespace pyharness {

CallBook::Callee* CFunctions::add(const PyMethodDef& definition, PyObject* function, PyObject* self) noexcept {
  const ErrorAside aside;
  try {
    // Functions of one name that run the same code are one; code begins at multiples of 16.
    const std::uint64_t code = reinterpret_cast<std::uint64_t>(definition.ml_meth) / 16;
    CallBook::Callee* callee = book_.add_callee(
        {.file = "~", .line = 0, .name = c_function_name(function, self), .variant = code % CallBook::kMostVariants});
    const Known found{definition.ml_name, definition.ml_meth, callee};
    if (Known* known = known_.find(key_of(&definition)); known != nullptr) {
      *known = found;
    } else {
      known_.add(key_of(&definition), found);
    }
    return callee;
  } catch (const std::exception&) {
    book_.count_loss(Loss::kArenaFull);
    return nullptr;
  }
}

}  // namespace pyharness
