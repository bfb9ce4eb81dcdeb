#pragma once

#include <cstddef>
#include <cstdint>

namespace pyharness {

/// Shadow memory: one 64-bit entry for every 16 bytes of address space, found by address in three loads. A heap block
/// is at least 16 bytes long and aligned so, hence each has an entry of its own, and one longer than 16 bytes a second
/// one that no other block can claim. Costs at most half of the heap that was ever in use, in private memory.
///
/// An entry belongs to whoever owns the block. Making room is safe in any thread; clear() is not, beside others.
class BlockIndex {
 public:
  using Entry = std::uint64_t;  // 0 where nothing is known

  BlockIndex();
  ~BlockIndex();
  BlockIndex(const BlockIndex&) = delete;
  BlockIndex& operator=(const BlockIndex&) = delete;

  /// The entry of the block at `address`; null where there was never room for one.
  [[nodiscard]] Entry* find(const void* address) const noexcept {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    if (at >> kAddressBits != 0 || top_ == nullptr) return nullptr;
    Entry** middle = __atomic_load_n(&top_[at >> kTopShift], __ATOMIC_ACQUIRE);
    if (middle == nullptr) return nullptr;
    Entry* leaf = __atomic_load_n(&middle[(at >> kMiddleShift) & kMiddleMask], __ATOMIC_ACQUIRE);
    return leaf == nullptr ? nullptr : leaf + ((at & kLeafMask) >> kGranuleShift);
  }

  /// The same, after making room; null where memory is out or the address is none of a user's.
  Entry* at(const void* address) noexcept {
    Entry* entry = find(address);
    return entry != nullptr ? entry : make_room(address);
  }

  /// All entries to 0.
  void clear() noexcept;

 private:
  static constexpr unsigned kGranuleShift = 4;
  static constexpr unsigned kMiddleShift = 20;  // a leaf is for a MiB
  static constexpr unsigned kTopShift = 34;     // a middle table for 16 GiB
  static constexpr unsigned kAddressBits = 48;
  static constexpr std::size_t kTopEntries = std::size_t{1} << (kAddressBits - kTopShift);
  static constexpr std::size_t kMiddleEntries = std::size_t{1} << (kTopShift - kMiddleShift);
  static constexpr std::size_t kLeafEntries = std::size_t{1} << (kMiddleShift - kGranuleShift);
  static constexpr std::uintptr_t kMiddleMask = kMiddleEntries - 1;
  static constexpr std::uintptr_t kLeafMask = (std::uintptr_t{1} << kMiddleShift) - 1;

  Entry* make_room(const void* address) noexcept;
  template <class Action>
  void each_leaf(Action&& action) const noexcept;

  Entry*** top_ = nullptr;
};

}  // namespace pyharness
