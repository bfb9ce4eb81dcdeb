#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace pyharness::testing {

/// Compares `text` with tests/golden/`name`, byte by byte. PYHARNESS_UPDATE_GOLDEN=1 writes the file instead: read the
/// difference before you commit it.
inline void check_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(PYHARNESS_GOLDEN_DIRECTORY) / name;
  const char* update = std::getenv("PYHARNESS_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ostringstream wanted;
  wanted << std::ifstream(path, std::ios::binary).rdbuf();
  INFO(name << ": run with PYHARNESS_UPDATE_GOLDEN=1 and look at `git diff` where the change is meant");
  CHECK(text == wanted.str());
}

}  // namespace pyharness::testing
