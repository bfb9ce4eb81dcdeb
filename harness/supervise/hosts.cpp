#include "harness/supervise/hosts.h"

#include <unistd.h>

#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/own_executable.h"

namespace pyharness {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 4> kSeries{"3.11", "3.12", "3.13", "3.14"};

fs::path own_directory() { return own_executable().parent_path(); }

std::string find_host(const std::string& name) {
  const fs::path directory = own_directory();
  for (const fs::path& place : {directory / name, directory.parent_path() / "libexec" / "pyharness" / name}) {
    std::error_code error;
    if (fs::is_regular_file(place, error) && access(place.c_str(), X_OK) == 0) return place;
  }
  return {};
}

}  // namespace

std::string default_host() {
  std::string found = find_host(PYHARNESS_HOST_NAME);
  if (found.empty())
    throw Failure(fmt::format("{} is missing beside {}. Install pyharness again.", PYHARNESS_HOST_NAME,
                              (own_directory() / "pyharness").string()));
  return found;
}

std::string shared_host(const std::string& series) { return find_host("pyharness-host-" + series + "-shared"); }

std::vector<std::string> shared_host_series() {
  std::vector<std::string> found;
  for (const char* series : kSeries) {
    if (!shared_host(series).empty()) found.emplace_back(series);
  }
  return found;
}

}  // namespace pyharness
