#include "harness/base/error.h"

#include <cerrno>
#include <system_error>

namespace pyharness {
namespace {

const char* what_helps(int error_number) {
  switch (error_number) {
    case EMFILE:
    case ENFILE:
      return " Raise the limit on open files (ulimit -n).";
    case EFBIG:
      return " Raise the limit on the size of files (ulimit -f).";
    case EAGAIN:
      return " Raise the limit on processes (ulimit -u), or try again later.";
    case ENOMEM:
      return " Free some memory, or raise the limit (ulimit -v).";
    case ENOSPC:
    case EDQUOT:
      return " Make room there.";
    default:
      return "";
  }
}

}  // namespace

std::string error_text(int error_number) { return std::generic_category().message(error_number); }

std::string error_sentence(int error_number) { return error_text(error_number) + "." + what_helps(error_number); }

}  // namespace pyharness
