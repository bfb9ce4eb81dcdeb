#include "tests/fuzz/sparse_arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "harness/record/arena_layout.h"
#include "tests/fuzz/fuzz_target.h"

namespace pyharness::fuzz {

SparseArena::SparseArena() {
  void* base = mmap(nullptr, kBytes + kPageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  require(base != MAP_FAILED, "there is a mebibyte");
  base_ = static_cast<std::byte*>(base);
  require(mprotect(base_ + kBytes, kPageBytes, PROT_NONE) == 0, "it ends with a page that faults");
}

SparseArena::~SparseArena() { munmap(base_, kBytes + kPageBytes); }

std::span<std::byte> SparseArena::filled(std::span<const std::uint8_t> patches) {
  require(madvise(base_, kBytes, MADV_DONTNEED) == 0, "it is all zero again");
  while (patches.size() > 4) {
    const std::size_t place = (patches[0] | std::size_t{patches[1]} << 8) * kPlaceUnit;
    const std::size_t length =
        std::min({patches[2] | std::size_t{patches[3]} << 8, patches.size() - 4, kBytes - place});
    patches = patches.subspan(4);
    std::memcpy(base_ + place, patches.data(), length);
    patches = patches.subspan(length);
  }
  return {base_, kBytes};
}

}  // namespace pyharness::fuzz
