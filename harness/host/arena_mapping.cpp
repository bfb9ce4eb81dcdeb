#include "harness/host/arena_mapping.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "harness/base/error.h"

namespace pyharness {
namespace {

bool is_arena(int descriptor, ArenaHeader& header) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  if (pread(descriptor, static_cast<void*>(&header), sizeof header, 0) != sizeof header || header.magic != kArenaMagic)
    return false;
  if (header.layout_version != kLayoutVersion)
    throw Failure("pyharness and its host are of different versions. Install pyharness again.");
  return header.bytes == static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

ArenaWriter map_inherited_arena() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto most = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 1 << 16));
  for (int descriptor = 3; descriptor < most; ++descriptor) {
    ArenaHeader header{};
    if (!is_arena(descriptor, header)) continue;
    // Nothing is accessible but the header until it is claimed: mlockall() by the program must not fill it.
    void* base = mmap(nullptr, header.bytes, PROT_NONE, MAP_SHARED | MAP_NORESERVE, descriptor, 0);
    close(descriptor);
    if (base == MAP_FAILED) throw Failure("the arena cannot be mapped. Raise the address space limit (ulimit -v).");
    madvise(base, header.bytes, MADV_DONTDUMP);
    const std::size_t head = whole_pages(header.context + header.context_bytes);
    if (mprotect(base, head, PROT_READ | PROT_WRITE) != 0) throw Failure("the arena cannot be written.");
    return ArenaWriter(static_cast<std::byte*>(base));
  }
  throw Failure("this program is started by pyharness. Use: pyharness run SCRIPT");
}

}  // namespace pyharness
