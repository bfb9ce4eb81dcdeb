#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "harness/record/arena_layout.h"

namespace pyharness {

/// Which site an instruction allocates for, by the address of the instruction: a hash table with open addressing, one
/// load where it is known. Not for several threads at once.
class SiteIndex {
 public:
  using Instruction = std::uintptr_t;  // never 0

  /// Null where it is not known.
  [[nodiscard]] SiteEntry* find(Instruction instruction) const noexcept {
    if (slots_ == nullptr) return nullptr;
    for (std::size_t i = home(instruction);; i = (i + 1) & mask_) {
      if (slots_[i].instruction == instruction) return slots_[i].site;
      if (slots_[i].instruction == 0) return nullptr;
    }
  }

  /// `instruction` must be new. Throws std::bad_alloc, with the index as it was.
  void add(Instruction instruction, SiteEntry* site);
  /// Drops what is known of instructions in [first, end): their code object died, and its memory will hold another's.
  void forget(Instruction first, Instruction end) noexcept;
  void clear() noexcept;

 private:
  struct Slot {
    Instruction instruction = 0;  // 0: free
    SiteEntry* site = nullptr;
  };

  [[nodiscard]] std::size_t home(Instruction instruction) const noexcept {
    return (instruction * 0x9E3779B97F4A7C15U) >> shift_;  // Fibonacci hashing: the high bits are mixed best
  }
  void put(Slot slot) noexcept;
  void erase(std::size_t at) noexcept;

  std::unique_ptr<Slot[]> slots_;  // never more than half full
  std::size_t mask_ = 0;           // slots less one
  std::size_t used_ = 0;
  unsigned shift_ = 64;  // 64 less the width of the mask
};

}  // namespace pyharness
