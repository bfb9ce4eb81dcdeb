#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pyharness::fuzz {

/// An arena of a mebibyte out of an input of a few hundred bytes: a sequence of patches, each its place and length as
/// two 16-bit numbers in units of 16 and 1 byte, little endian, then its bytes; what is not patched is zero. So a
/// mutation hits what matters, and still every arena can be said. Memory behind the arena faults.
class SparseArena {
 public:
  static constexpr std::size_t kBytes = std::size_t{1} << 20;
  static constexpr std::size_t kPlaceUnit = 16;

  SparseArena();
  SparseArena(const SparseArena&) = delete;
  SparseArena& operator=(const SparseArena&) = delete;
  ~SparseArena();

  /// The arena of this input, until the next call; to be written to, too.
  std::span<std::byte> filled(std::span<const std::uint8_t> patches);

 private:
  std::byte* base_ = nullptr;
};

}  // namespace pyharness::fuzz
