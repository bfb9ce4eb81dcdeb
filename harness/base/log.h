#pragma once

#include <string_view>

namespace pyharness::log {

/// Diagnostics of pyharness itself, on stderr as "pyharness: ...". From cold code of the supervisor only: the host says
/// nothing.
void error(std::string_view sentence);
void warning(std::string_view sentence);
/// Shown with PYHARNESS_LOG=debug in the environment.
void debug(std::string_view sentence);

}  // namespace pyharness::log
