#pragma once

#include <string_view>

namespace pyharness::log {

/// Diagnostics of pyharness itself, on stderr as "pyharness: ...", one line each: control characters are escaped. From
/// cold code of the supervisor only. A stderr that nobody reads or that is full changes nothing.
void error(std::string_view sentence);
void warning(std::string_view sentence);
/// Shown with PYHARNESS_LOG=debug in the environment.
void debug(std::string_view sentence);

}  // namespace pyharness::log
