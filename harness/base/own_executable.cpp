#include "harness/base/own_executable.h"

#include <sys/auxv.h>

#include <system_error>

namespace pyharness {

std::filesystem::path own_executable() {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::path self = fs::canonical("/proc/self/exe", error);
  if (error) self = fs::canonical(reinterpret_cast<const char*>(getauxval(AT_EXECFN)), error);
  return error ? fs::path() : self;
}

}  // namespace pyharness
