#include "harness/supervise/kept_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/supervise/arena_copy.h"

namespace pyharness {
namespace {

[[noreturn]] void refuse(const std::string& path, std::string_view reason) {
  throw Failure(fmt::format("the recording cannot be kept in {}: {}.", printable(path), reason));
}

// What is at `path` already, if it may go: an empty file, or a recording that nobody is writing. A slip of the hand,
// `--keep script.py`, must not cost a program.
void take_away_old(const std::string& path) {
  const Descriptor old(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!old) {
    if (errno == ENOENT) return;
    refuse(path, errno == ELOOP ? "it is a symbolic link, name the file itself" : error_text(errno));
  }
  struct stat status {};
  const bool ours =
      fstat(old.get(), &status) == 0 && S_ISREG(status.st_mode) && (status.st_size == 0 || is_arena(old.get()));
  const bool busy = ours && flock(old.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (!ours) refuse(path, "there is something else already, name another file");
  if (busy) refuse(path, "another pyharness is writing there");
  if (unlink(path.c_str()) != 0) refuse(path, error_text(errno));
}

Descriptor locked(const std::string& path) {
  Descriptor lock(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (lock) flock(lock.get(), LOCK_EX | LOCK_NB);
  return lock;
}

}  // namespace

KeptFile::KeptFile(std::string path) : path_(std::move(path)) {
  take_away_old(path_);
  file_ = Descriptor(open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file_) refuse(path_, error_text(errno));
  lock_ = locked(path_);
}

void KeptFile::remove() { unlink(path_.c_str()); }

}  // namespace pyharness
