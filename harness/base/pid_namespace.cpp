#include "harness/base/pid_namespace.h"

#include <sys/stat.h>

namespace pyharness {
namespace {

std::uint64_t number_of(const char* path) noexcept {
  struct stat status {};
  return stat(path, &status) == 0 ? status.st_ino : 0;
}

}  // namespace

std::uint64_t pid_namespace() noexcept { return number_of("/proc/self/ns/pid"); }

std::uint64_t pid_namespace_of_children() noexcept { return number_of("/proc/self/ns/pid_for_children"); }

}  // namespace pyharness
