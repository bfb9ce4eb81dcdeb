#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pyharness {

/// A small hash map from a nonzero 64-bit key (an address, or two indices) to a value: open addressing, no erasing.
/// A lookup is a multiplication and, nearly always, one cache line.
template <class Value>
class FlatMap {
 public:
  /// Null where there is none.
  [[nodiscard]] Value* find(std::uint64_t key) noexcept {
    if (slots_.empty()) return nullptr;
    for (std::size_t at = first(key);; at = (at + 1) & mask()) {
      if (slots_[at].key == key) return &slots_[at].value;
      if (slots_[at].key == 0) return nullptr;
    }
  }

  /// For one more: the next add() cannot fail. Throws std::bad_alloc.
  void make_room() {
    if ((count_ + 1) * 2 > slots_.size()) grow();
  }

  /// `key` must not be there yet. Throws std::bad_alloc.
  Value& add(std::uint64_t key, Value value) {
    make_room();
    ++count_;
    return put(key, value);
  }

  void clear() {
    slots_.clear();
    count_ = 0;
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    Value value{};
  };

  [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }
  // Fibonacci hashing: Knuth, The Art of Computer Programming, volume 3, section 6.4. The middle bits of the product
  // depend on all bits of the key below them.
  [[nodiscard]] std::size_t first(std::uint64_t key) const noexcept {
    return (key * 0x9E3779B97F4A7C15U >> 32) & mask();
  }

  Value& put(std::uint64_t key, Value value) noexcept {
    std::size_t at = first(key);
    while (slots_[at].key != 0) at = (at + 1) & mask();
    slots_[at] = {key, value};
    return slots_[at].value;
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.key != 0) put(slot.key, slot.value);
    }
  }

  std::vector<Slot> slots_;  // a power of two of them, at most half in use
  std::size_t count_ = 0;
};

}  // namespace pyharness
