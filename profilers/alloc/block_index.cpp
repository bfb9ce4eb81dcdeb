#include "profilers/alloc/block_index.h"

#include <sys/mman.h>

#include <cerrno>

namespace pyharness {
namespace {

// Address space: memory comes page by page, as entries are written.
template <class T>
T* map_zeros(std::size_t entries) noexcept {
  const int error = errno;
  void* base =
      mmap(nullptr, entries * sizeof(T), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base != MAP_FAILED) {
    madvise(base, entries * sizeof(T), MADV_DONTDUMP);
    madvise(base, entries * sizeof(T), MADV_NOHUGEPAGE);  // a few entries must not cost two megabytes
  }
  errno = error;  // the program is told of its own failures only
  return base == MAP_FAILED ? nullptr : static_cast<T*>(base);
}

// A fresh table in `slot`, unless another thread was faster.
template <class T>
T* claim(T** slot, std::size_t entries) noexcept {
  T* fresh = map_zeros<T>(entries);
  if (fresh == nullptr) return nullptr;
  T* expected = nullptr;
  if (__atomic_compare_exchange_n(slot, &expected, fresh, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return fresh;
  munmap(fresh, entries * sizeof(T));
  return expected;
}

}  // namespace

BlockIndex::BlockIndex() : top_(map_zeros<Entry**>(kTopEntries)) {}

BlockIndex::~BlockIndex() {
  if (top_ == nullptr) return;
  each_leaf([](Entry* leaf) { munmap(leaf, kLeafEntries * sizeof(Entry)); });
  for (std::size_t i = 0; i < kTopEntries; ++i) {
    if (top_[i] != nullptr) munmap(top_[i], kMiddleEntries * sizeof(Entry*));
  }
  munmap(top_, kTopEntries * sizeof(Entry**));
}

BlockIndex::Entry* BlockIndex::make_room(const void* address) noexcept {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  if (at >> kAddressBits != 0 || top_ == nullptr) return nullptr;
  Entry*** top = &top_[at >> kTopShift];
  Entry** middle = __atomic_load_n(top, __ATOMIC_ACQUIRE);
  if (middle == nullptr && (middle = claim(top, kMiddleEntries)) == nullptr) return nullptr;
  Entry** slot = &middle[(at >> kMiddleShift) & kMiddleMask];
  Entry* leaf = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
  if (leaf == nullptr && (leaf = claim(slot, kLeafEntries)) == nullptr) return nullptr;
  return leaf + ((at & kLeafMask) >> kGranuleShift);
}

template <class Action>
void BlockIndex::each_leaf(Action&& action) const noexcept {
  for (std::size_t i = 0; top_ != nullptr && i < kTopEntries; ++i) {
    if (top_[i] == nullptr) continue;
    for (std::size_t k = 0; k < kMiddleEntries; ++k) {
      if (top_[i][k] != nullptr) action(top_[i][k]);
    }
  }
}

void BlockIndex::clear() noexcept {
  const int error = errno;
  // The pages go back to the kernel, which hands out zeros from then on.
  each_leaf([](Entry* leaf) { madvise(leaf, kLeafEntries * sizeof(Entry), MADV_DONTNEED); });
  errno = error;
}

}  // namespace pyharness
