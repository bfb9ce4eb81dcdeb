// Reading and writing whole files.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "harness/base/descriptor.h"
#include "harness/base/error.h"
#include "harness/base/output.h"
#include "harness/base/write_signals.h"

namespace pyharness {

std::string read_file(const std::string& path) {
  const Descriptor file(path == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                    : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file) throw Failure(fmt::format("cannot read {}: {}", path, error_sentence(errno)));
  return read_rest(file.get(), path);
}

std::string read_rest(int descriptor, std::string_view label) {
  std::string content;
  char buffer[65536];
  ssize_t count = 0;
  while ((count = read(descriptor, buffer, sizeof buffer)) > 0 || (count < 0 && errno == EINTR)) {
    if (count > 0) content.append(buffer, static_cast<std::size_t>(count));
  }
  if (count < 0) throw Failure(fmt::format("cannot read {}: {}", label, error_sentence(errno)));
  return content;
}

int write_all(int descriptor, std::string_view bytes) noexcept {
  const NoWriteSignals guard;
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      // The program made the terminal or pipe that it shares with us non-blocking.
      pollfd ready{descriptor, POLLOUT, 0};
      poll(&ready, 1, -1);
      continue;
    }
    if (count < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

}  // namespace pyharness
