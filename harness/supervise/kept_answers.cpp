#include "harness/supervise/kept_answers.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "harness/base/descriptor.h"
#include "harness/base/error.h"
#include "harness/base/output.h"

namespace pyharness {
namespace {

namespace fs = std::filesystem;

fs::path variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

fs::path place() {
  if (const fs::path cache = variable("XDG_CACHE_HOME"); cache.is_absolute()) return cache / "pyharness";
  if (const fs::path home = variable("HOME"); home.is_absolute()) return home / ".cache" / "pyharness";
  return {};
}

// Ours, and written by nobody else: under `sudo` the home directory may be another user's.
bool is_ours(int descriptor) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 && status.st_uid == geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

bool is_regular(int descriptor) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

Descriptor open_directory() {
  const fs::path path = place();
  if (path.empty()) return {};
  Descriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory && is_ours(directory.get()) ? std::move(directory) : Descriptor();
}

}  // namespace

std::optional<std::string> kept_answer(const std::string& name) {
  const Descriptor directory = open_directory();
  if (!directory) return std::nullopt;
  const Descriptor file(openat(directory.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file || !is_regular(file.get()) || !is_ours(file.get())) return std::nullopt;
  std::array<char, 64 * 1024> text{};
  const ssize_t count = read(file.get(), text.data(), text.size());
  return count <= 0 ? std::nullopt : std::optional(std::string(text.data(), static_cast<std::size_t>(count)));
}

void keep_answer(const std::string& name, const std::string& text) {
  // ~/.cache and what is in it; never a home directory.
  for (const fs::path& directory : {place().parent_path(), place()}) {
    if (!directory.empty()) mkdir(directory.c_str(), 0700);
  }
  if (!open_directory()) return;
  try {
    Output output = Output::open(place() / name);
    output.write(text);
    output.commit();
  } catch (const Failure&) {
    // Nowhere to keep it: it is asked again next time.
  }
}

std::string file_identity(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return {};
  return fmt::format("{}|{}:{}:{}:{}.{}|", path, status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

}  // namespace pyharness
