#include "harness/supervise/arena_copy.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/words.h"

namespace pyharness {
namespace {

// Returns 0 or the errno. A file that became shorter meanwhile ends early: the rest reads as absent.
int copy_range(int descriptor, std::byte* base, off_t from, off_t to) {
  while (from < to) {
    const ssize_t count = pread(descriptor, base + from, static_cast<std::size_t>(to - from), from);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return 0;
    from += count;
  }
  return 0;
}

int copy_data(int descriptor, std::byte* base, off_t size) {
  off_t at = 0;
  while (at < size) {
    // Where the file system knows of no holes, all of it is data.
    const off_t data = lseek(descriptor, at, SEEK_DATA);
    if (data < 0 && errno == ENXIO) return 0;
    const off_t begin = data < 0 ? at : std::min(data, size);
    const off_t hole = data < 0 ? -1 : lseek(descriptor, begin, SEEK_HOLE);
    const off_t end = hole < 0 ? size : std::min(hole, size);
    if (const int error = copy_range(descriptor, base, begin, end); error != 0) return error;
    at = end;
  }
  return 0;
}

}  // namespace

bool is_arena(int descriptor) {
  std::uint64_t magic = 0;
  return pread(descriptor, &magic, sizeof magic, 0) == sizeof magic && magic == kArenaMagic;
}

ArenaCopy::ArenaCopy(int descriptor, const std::string& name) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || !is_arena(descriptor))
    throw Failure(fmt::format("{} is no recording that was kept.", printable(name)));
  struct {
    std::uint64_t magic;
    std::uint32_t layout_version;
  } front{};
  static_assert(offsetof(ArenaHeader, layout_version) == offsetof(decltype(front), layout_version));
  if (pread(descriptor, &front, sizeof front, 0) != sizeof front || front.layout_version != kLayoutVersion)
    throw Failure(fmt::format("{} was kept by another version of pyharness (layout {}, this one reads {}).",
                              printable(name), front.layout_version, kLayoutVersion));
  size_ = static_cast<std::size_t>(status.st_size);
  if (size_ < sizeof(ArenaHeader)) throw Failure(fmt::format("{} is cut short.", printable(name)));
  void* base = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  int error = base == MAP_FAILED ? errno : 0;
  if (error == 0) {
    base_ = static_cast<std::byte*>(base);
    error = copy_data(descriptor, base_, status.st_size);
    if (error != 0) munmap(base_, size_);
  }
  if (error != 0) throw Failure(fmt::format("cannot read {}: {}.", printable(name), error_text(error)));
}

ArenaCopy::~ArenaCopy() { munmap(base_, size_); }

}  // namespace pyharness
