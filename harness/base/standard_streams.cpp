#include "harness/base/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

namespace pyharness {

void hold_closed_streams() noexcept {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    if (fcntl(stream, F_GETFD) >= 0) continue;
    // The wrong way round, so that it is of no use to anybody; O_PATH where there is no /dev.
    const int way = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    if (open("/dev/null", way | O_CLOEXEC) < 0 && open("/", O_PATH | O_CLOEXEC) < 0) return;
  }
}

bool is_open(int stream) noexcept {
  const int flags = fcntl(stream, F_GETFL);
  if (flags < 0 || (flags & O_PATH) != 0) return false;
  return (flags & O_ACCMODE) != (stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

}  // namespace pyharness
