#include "harness/base/pid_namespace.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace pyharness {

std::uint64_t own_pid_namespace() noexcept {
  struct stat status {};
  return stat("/proc/self/ns/pid", &status) == 0 ? status.st_ino : 0;
}

bool proc_shows_own_namespace() noexcept {
  char self[16] = {};
  return readlink("/proc/self", self, sizeof self - 1) > 0 && std::atol(self) == getpid();
}

}  // namespace pyharness
