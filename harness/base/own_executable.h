#pragma once

#include <filesystem>

namespace pyharness {

/// The file that this process runs, without links; also where there is no /proc. Empty where it cannot be told.
std::filesystem::path own_executable();

}  // namespace pyharness
