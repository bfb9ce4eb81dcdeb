#include "harness/base/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/standard_streams.h"

namespace pyharness {
namespace {

// Of a pipe with a name, opening waits for a reader: without an end, were it never to come.
constexpr std::chrono::seconds kPatience{1};
constexpr std::chrono::milliseconds kMoment{10};

// Opens what is written to as it is: a device, a pipe, a descriptor of ours.
Descriptor open_as_it_is(const OutputPlace& place, const std::string& label) {
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  const bool is_pipe = place.existing && S_ISFIFO(place.existing->st_mode);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    const int descriptor = place.directory ? openat(place.directory.get(), place.name.c_str(), kFlags | O_NOFOLLOW)
                                           : open(place.path.c_str(), kFlags);
    if (descriptor >= 0) {
      fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
      return Descriptor(descriptor);
    }
    if (errno != ENXIO || !is_pipe) throw Failure(cannot_write(label, errno));
    if (std::chrono::steady_clock::now() > deadline)
      throw Failure(fmt::format("cannot write {}: nobody reads from this pipe. Start its reader first.", label));
    std::this_thread::sleep_for(kMoment);
  }
}

// As if the old file had been written in: its owner and permissions, where we may give them. Where it had to become
// another group's, that group gets no more than everybody.
void become_like(int descriptor, const struct stat& old) {
  struct stat made {};
  fstat(descriptor, &made);
  if (made.st_uid != old.st_uid || made.st_gid != old.st_gid) {
    if (fchown(descriptor, old.st_uid, old.st_gid) != 0 && fchown(descriptor, static_cast<uid_t>(-1), old.st_gid) != 0)
      errno = 0;
    fstat(descriptor, &made);
  }
  mode_t mode = old.st_mode & 0777;
  if (made.st_gid != old.st_gid) mode = (mode & 0707U) | ((mode & 07U) << 3U);
  fchmod(descriptor, mode);
}

// Whether we may put another file in the place of the one that is there.
bool may_replace(const OutputPlace& place) {
  struct stat directory {};
  fstat(place.directory.get(), &directory);
  const uid_t we = geteuid();
  return (directory.st_mode & S_ISVTX) == 0 || we == 0 || place.existing->st_uid == we || directory.st_uid == we;
}

}  // namespace

Output Output::open(const std::string& path, Aside aside) {
  const bool to_stdout = path == "-" || path == "/dev/stdout";
  if (to_stdout && !is_open(STDOUT_FILENO)) throw Failure(fmt::format("cannot write {}: stdout is closed.", path));
  if (path == "-") return on_descriptor(STDOUT_FILENO, "-");
  Output output;
  output.label_ = path;
  OutputPlace place = find_place(path);
  if (place.existing && S_ISDIR(place.existing->st_mode))
    throw Failure(fmt::format("cannot write {}: it is a directory. Name a file in it.", path));
  if (!place.is_replaced()) {
    output.owned_ = open_as_it_is(place, path);
    output.descriptor_ = output.owned_.get();
    return output;
  }
  if (place.existing && faccessat(place.directory.get(), place.name.c_str(), W_OK, 0) != 0)
    throw Failure(cannot_write(path, errno));
  if (place.existing && !may_replace(place))
    throw Failure(fmt::format("cannot write {}: only its owner may replace it. Name another file.", path));
  output.place_ = std::move(place);
  std::error_code error;
  output.absolute_ = std::filesystem::absolute(path, error).string();
  output.open_aside(aside);
  return output;
}

void Output::open_aside(Aside aside) {
  const int directory = place_.directory.get();
  // Nobody opens it before it has the permissions of the old one.
  const mode_t mode = place_.existing ? 0600 : 0666;
  if (aside == Aside::kNameless) owned_ = Descriptor(openat(directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, mode));
  if (!owned_) {
    remove_left_aside(place_);
    temporary_ = name_aside(place_);
    owned_ =
        Descriptor(openat(directory, temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  }
  if (!owned_) {
    const int error = errno;
    temporary_.clear();
    throw Failure(cannot_write(label_, error));
  }
  if (place_.existing) become_like(owned_.get(), *place_.existing);
  descriptor_ = owned_.get();
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
  std::swap(place_, other.place_);
  std::swap(absolute_, other.absolute_);
  std::swap(temporary_, other.temporary_);
  std::swap(owned_, other.owned_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Output::~Output() { let_go(); }

void Output::let_go() noexcept {
  if (!temporary_.empty()) unlinkat(place_.directory.get(), temporary_.c_str(), 0);
  temporary_.clear();
  owned_ = Descriptor();
  descriptor_ = -1;
}

bool Output::is_terminal() const { return descriptor_ >= 0 && isatty(descriptor_) == 1; }

void Output::commit() {
  if (descriptor_ < 0) return;
  const int error = write_all(descriptor_, bytes_);
  if (error == EPIPE) throw BrokenPipe(cannot_write(label_, error));
  if (error != 0) throw Failure(cannot_write(label_, error));
  if (is_file()) put_in_place();
  let_go();
}

// Once more, where the first time cannot be used: no /proc leads to a nameless file.
void Output::write_under_a_name() {
  owned_ = Descriptor();
  open_aside(Aside::kNamed);
  if (const int error = write_all(descriptor_, bytes_); error != 0) throw Failure(cannot_write(label_, error));
}

void Output::put_in_place() {
  struct stat status {};
  fstat(place_.directory.get(), &status);
  // The program may have removed the directory and made it anew.
  const bool is_gone = status.st_nlink == 0;
  if (is_gone) {
    let_go();
    place_ = find_place(absolute_);
  }
  if (temporary_.empty()) {
    const std::string nameless = fmt::format("/proc/self/fd/{}", descriptor_);
    temporary_ = name_aside(place_);
    if (is_gone ||
        linkat(AT_FDCWD, nameless.c_str(), place_.directory.get(), temporary_.c_str(), AT_SYMLINK_FOLLOW) != 0)
      write_under_a_name();
  }
  const int directory = place_.directory.get();
  if (renameat(directory, temporary_.c_str(), directory, place_.name.c_str()) == 0) {
    temporary_.clear();
    return;
  }
  const int error = errno;
  if (error != EBUSY) throw Failure(cannot_write(label_, error));
  // It is a mount point, as a container's volume of one file: that cannot be replaced, only written in.
  const Descriptor file(openat(directory, place_.name.c_str(), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC));
  const int in_place = file ? write_all(file.get(), bytes_) : errno;
  if (in_place != 0) throw Failure(cannot_write(label_, in_place));
}

}  // namespace pyharness
