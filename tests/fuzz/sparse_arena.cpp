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

void SparseArena::clear() {
  for (const std::size_t page : dirty_pages_) std::memset(base_ + page * kPageBytes, 0, kPageBytes);
  dirty_pages_.clear();
}

std::span<const std::byte> SparseArena::filled(std::span<const std::uint8_t> patches) {
  clear();
  while (patches.size() > 4) {
    const std::size_t place = (patches[0] | std::size_t{patches[1]} << 8) * kPlaceUnit;
    const std::size_t length =
        std::min({patches[2] | std::size_t{patches[3]} << 8, patches.size() - 4, kBytes - place});
    patches = patches.subspan(4);
    std::memcpy(base_ + place, patches.data(), length);
    patches = patches.subspan(length);
    for (std::size_t page = place / kPageBytes; page * kPageBytes < place + length; ++page) {
      if (dirty_pages_.empty() || dirty_pages_.back() != page) dirty_pages_.push_back(page);
    }
  }
  return {base_, kBytes};
}

}  // namespace pyharness::fuzz
