#include "harness/base/error.h"

#include <system_error>

namespace pyharness {

std::string error_text(int error_number) { return std::generic_category().message(error_number); }

}  // namespace pyharness
