#include "harness/supervise/arena_copy.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <ctime>

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

// The supervisor adds up processes that have ended, and reuses what was theirs.
struct Sums {
  std::uint32_t begun;
  std::uint32_t ended;
  [[nodiscard]] bool settled() const { return begun == ended; }
  bool operator==(const Sums&) const = default;
};

Sums sums_of(int descriptor) {
  Sums sums{};
  static_assert(offsetof(ArenaHeader, sums_ended) == offsetof(ArenaHeader, sums_begun) + sizeof sums.begun);
  if (pread(descriptor, &sums, sizeof sums, offsetof(ArenaHeader, sums_begun)) != sizeof sums) return {};
  return sums;
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

// Copies until nothing was moved about meanwhile; one that was being moved when everybody was killed is taken as it is.
int copy_settled(int descriptor, std::byte* base, off_t size) {
  constexpr int kTries = 20;
  constexpr timespec kAWhile{0, 10'000'000};
  int error = 0;
  for (int i = 0; i < kTries; ++i) {
    const Sums before = sums_of(descriptor);
    if (before.settled()) {
      error = copy_data(descriptor, base, size);
      if (error != 0 || sums_of(descriptor) == before) return error;
    }
    nanosleep(&kAWhile, nullptr);
  }
  return copy_data(descriptor, base, size);
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
    error = copy_settled(descriptor, base_, status.st_size);
    if (error != 0) munmap(base_, size_);
  }
  if (error != 0) throw Failure(fmt::format("cannot read {}: {}.", printable(name), error_text(error)));
}

ArenaCopy::~ArenaCopy() { munmap(base_, size_); }

}  // namespace pyharness
