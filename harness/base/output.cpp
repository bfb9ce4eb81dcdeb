#include "harness/base/output.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "harness/base/error.h"

namespace pyharness {
namespace {

std::string resolved(const std::string& path) {
  char* real = realpath(path.c_str(), nullptr);
  if (real == nullptr) return {};
  std::string result = real;
  std::free(real);
  return result;
}

// /dev/stdout and its kin may be a regular file (`> log`): that file is the program's too and must never be replaced.
bool names_a_descriptor(const std::string& path) {
  return path == "/dev/stdout" || path == "/dev/stderr" || path.starts_with("/dev/fd/") ||
         (path.starts_with("/proc/") && path.find("/fd/") != std::string::npos);
}

// Cut, so that the name aside is never longer than the system takes where the name itself is not.
std::string aside_prefix(const std::string& name) { return "." + name.substr(0, 200) + ".pyharness-"; }

// What a symbolic link leads to, also where there is nothing yet; the path itself where it is none.
std::string behind_links(std::string path) {
  constexpr int kMostLinks = 40;  // as the kernel
  for (int i = 0; i < kMostLinks; ++i) {
    char target[PATH_MAX];
    const ssize_t length = readlink(path.c_str(), target, sizeof target);
    if (length < 0) return path;
    const std::string_view to(target, static_cast<std::size_t>(length));
    path.resize(to.starts_with('/') ? 0 : path.rfind('/') + 1);  // what is relative is so to the link's directory
    path += to;
  }
  throw Failure(fmt::format("cannot write {}: {}.", path, error_text(ELOOP)));
}

// Removes what runs that were killed left beside `name`.
void remove_stale(const std::string& directory, const std::string& name) {
  DIR* listing = opendir(directory.c_str());
  if (listing == nullptr) return;
  const std::string prefix = aside_prefix(name);
  while (const dirent* entry = readdir(listing)) {
    const std::string_view file = entry->d_name;
    if (!file.starts_with(prefix)) continue;
    const long owner = std::strtol(entry->d_name + prefix.size(), nullptr, 10);
    if (owner > 0 && kill(static_cast<pid_t>(owner), 0) != 0 && errno == ESRCH)
      unlinkat(dirfd(listing), entry->d_name, 0);
  }
  closedir(listing);
}

std::string aside_name(const std::string& name) {
  std::uint64_t random = 0;
  if (getrandom(&random, sizeof random, 0) != sizeof random) random = static_cast<std::uint64_t>(errno);
  return fmt::format("{}{}-{:016x}", aside_prefix(name), getpid(), random);
}

}  // namespace

Output Output::open(const std::string& path, Aside aside) {
  if (path == "-") return on_descriptor(STDOUT_FILENO, "-");
  Output output;
  output.label_ = path;
  output.owns_descriptor_ = true;
  struct stat status {};
  const bool exists = stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode))
    throw Failure(fmt::format("cannot write {}: it is a directory. Name a file in it.", path));
  if (names_a_descriptor(path) || (exists && !S_ISREG(status.st_mode))) {
    output.descriptor_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
    if (output.descriptor_ < 0) throw Failure(fmt::format("cannot write {}: {}.", path, error_text(errno)));
    return output;
  }
  if (exists && access(path.c_str(), W_OK) != 0)
    throw Failure(fmt::format("cannot write {}: {}.", path, error_text(errno)));

  const std::string target = exists ? resolved(path) : behind_links(path);
  const std::size_t slash = target.rfind('/');
  output.name_ = slash == std::string::npos ? target : target.substr(slash + 1);
  output.directory_ = resolved(slash == std::string::npos ? "." : slash == 0 ? "/" : target.substr(0, slash));
  if (output.directory_.empty() || output.name_.empty()) {
    throw Failure(fmt::format("cannot write {}: no such directory. Create it first.", path));
  }
  if (output.name_.size() > NAME_MAX)
    throw Failure(fmt::format("cannot write {}: {}.", path, error_text(ENAMETOOLONG)));
  if (aside == Aside::kNameless) {
    output.descriptor_ = ::open(output.directory_.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  }
  if (output.descriptor_ < 0) {
    remove_stale(output.directory_, output.name_);
    output.temporary_ = output.directory_ + "/" + aside_name(output.name_);
    output.descriptor_ = ::open(output.temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  }
  // Who may not read the old report may not read the new one.
  if (exists && output.descriptor_ >= 0 && fchmod(output.descriptor_, status.st_mode & 07777) != 0) errno = 0;
  if (output.descriptor_ < 0) {
    const int error = errno;
    output.temporary_.clear();
    throw Failure(fmt::format("cannot write {}: {}.", path, error_text(error)));
  }
  return output;
}

Output Output::on_descriptor(int descriptor, std::string label) {
  Output output;
  output.label_ = std::move(label);
  output.descriptor_ = descriptor;
  return output;
}

Output Output::in_memory() { return {}; }

Output::Output(Output&& other) noexcept { *this = std::move(other); }

Output& Output::operator=(Output&& other) noexcept {
  std::swap(label_, other.label_);
  std::swap(bytes_, other.bytes_);
  std::swap(directory_, other.directory_);
  std::swap(name_, other.name_);
  std::swap(temporary_, other.temporary_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(owns_descriptor_, other.owns_descriptor_);
  return *this;
}

Output::~Output() { close_descriptor(); }

void Output::close_descriptor() noexcept {
  if (!temporary_.empty()) unlink(temporary_.c_str());
  if (owns_descriptor_ && descriptor_ >= 0) close(descriptor_);
  temporary_.clear();
  descriptor_ = -1;
}

bool Output::is_terminal() const { return descriptor_ >= 0 && isatty(descriptor_) == 1; }

void Output::commit() {
  if (descriptor_ < 0) return;
  if (const int error = write_all(descriptor_, bytes_); error != 0) {
    throw Failure(fmt::format("cannot write {}: {}.", label_, error_text(error)));
  }
  if (!directory_.empty()) put_in_place();
  close_descriptor();
}

void Output::put_in_place() {
  const std::string target = directory_ + "/" + name_;
  if (temporary_.empty()) {
    temporary_ = directory_ + "/" + aside_name(name_);
    const std::string nameless = fmt::format("/proc/self/fd/{}", descriptor_);
    if (linkat(AT_FDCWD, nameless.c_str(), AT_FDCWD, temporary_.c_str(), AT_SYMLINK_FOLLOW) != 0) {
      // No /proc: write it a second time, under a name.
      const int named = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
      const int error = named < 0 ? errno : write_all(named, bytes_);
      if (named >= 0) close(named);
      if (error != 0) throw Failure(fmt::format("cannot write {}: {}.", label_, error_text(error)));
    }
  }
  if (rename(temporary_.c_str(), target.c_str()) != 0)
    throw Failure(fmt::format("cannot write {}: {}.", label_, error_text(errno)));
  temporary_.clear();
}

std::string read_file(const std::string& path) {
  const int descriptor = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw Failure(fmt::format("cannot read {}: {}.", path, error_text(errno)));
  std::string content;
  char buffer[65536];
  ssize_t count = 0;
  while ((count = read(descriptor, buffer, sizeof buffer)) > 0 || (count < 0 && errno == EINTR)) {
    if (count > 0) content.append(buffer, static_cast<std::size_t>(count));
  }
  const int error = count < 0 ? errno : 0;
  close(descriptor);
  if (error != 0) throw Failure(fmt::format("cannot read {}: {}.", path, error_text(error)));
  return content;
}

int write_all(int descriptor, std::string_view bytes) noexcept {
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
