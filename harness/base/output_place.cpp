#include "harness/base/output_place.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/random.h>

#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

#include "harness/base/error.h"

namespace pyharness {
namespace {

// /dev/stdout and its kin may be a regular file (`> log`): that file is the program's too and must never be replaced.
bool names_a_descriptor(const std::string& path) {
  return path == "/dev/stdout" || path == "/dev/stderr" || path.starts_with("/dev/fd/") ||
         (path.starts_with("/proc/") && path.find("/fd/") != std::string::npos);
}

bool is_everybodys(const struct stat& directory) {
  return (directory.st_mode & (S_ISVTX | S_IWOTH)) == (S_ISVTX | S_IWOTH);
}

// Of `name` below `from`; relative to where `from` is open.
OutputPlace place_in(int from, const std::string& path, const std::string& asked) {
  OutputPlace place;
  place.path = path;
  const std::size_t slash = path.rfind('/');
  place.name = slash == std::string::npos ? path : path.substr(slash + 1);
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  place.directory = Descriptor(openat(from, directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const int error = place.directory ? 0 : errno;
  if (error == ENOENT || error == ENOTDIR || (error == 0 && place.name.empty()))
    throw Failure(fmt::format("cannot write {}: no such directory. Create it first.", asked));
  if (error != 0) throw Failure(cannot_write(asked, error));
  if (place.name.size() > NAME_MAX) throw Failure(cannot_write(asked, ENAMETOOLONG));
  struct stat status {};
  if (fstatat(place.directory.get(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) place.existing = status;
  return place;
}

// What the link at `place` names.
std::string link_target(const OutputPlace& place, const std::string& asked) {
  struct stat directory {};
  fstat(place.directory.get(), &directory);
  if (is_everybodys(directory) && place.existing->st_uid != geteuid() && place.existing->st_uid != directory.st_uid)
    throw Failure(
        fmt::format("cannot write {}: it is a link that another user has put there. Name another place.", asked));
  char target[PATH_MAX];
  const ssize_t length = readlinkat(place.directory.get(), place.name.c_str(), target, sizeof target);
  if (length < 0) throw Failure(cannot_write(asked, errno));
  return {target, static_cast<std::size_t>(length)};
}

// Cut, so that the name aside is never longer than the system takes where the name itself is not.
std::string prefix_aside(const std::string& name) { return "." + name.substr(0, 200) + ".pyharness-"; }

}  // namespace

OutputPlace find_place(const std::string& path) {
  constexpr int kMostLinks = 40;  // as the kernel
  OutputPlace place;
  std::string next = path;
  for (int i = 0; i <= kMostLinks; ++i) {
    if (names_a_descriptor(next)) {
      place.directory = Descriptor();
      place.path = next;
      return place;
    }
    place = place_in(place.directory ? place.directory.get() : AT_FDCWD, next, path);
    if (!place.existing || !S_ISLNK(place.existing->st_mode)) return place;
    next = link_target(place, path);
  }
  throw Failure(cannot_write(path, ELOOP));
}

void remove_left_aside(const OutputPlace& place) {
  const int descriptor = openat(place.directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* listing = descriptor < 0 ? nullptr : fdopendir(descriptor);
  if (listing == nullptr) return;
  const std::string prefix = prefix_aside(place.name);
  while (const dirent* entry = readdir(listing)) {
    const std::string_view file = entry->d_name;
    if (!file.starts_with(prefix)) continue;
    const long owner = std::strtol(entry->d_name + prefix.size(), nullptr, 10);
    if (owner > 0 && kill(static_cast<pid_t>(owner), 0) != 0 && errno == ESRCH)
      unlinkat(place.directory.get(), entry->d_name, 0);
  }
  closedir(listing);
}

std::string name_aside(const OutputPlace& place) {
  std::uint64_t random = 0;
  // Refused in some sandbox: it is made with O_EXCL, so that who guesses the name gains nothing but our failure.
  if (getrandom(&random, sizeof random, 0) != sizeof random) random = reinterpret_cast<std::uintptr_t>(&random);
  return fmt::format("{}{}-{:016x}", prefix_aside(place.name), getpid(), random);
}

std::string cannot_write(const std::string& path, int error_number) {
  const bool elsewhere = error_number == ENOSPC || error_number == EDQUOT || error_number == EROFS ||
                         error_number == EACCES || error_number == EPERM;
  return fmt::format("cannot write {}: {}{}", path, error_sentence(error_number),
                     elsewhere ? " Or name another place." : "");
}

}  // namespace pyharness
