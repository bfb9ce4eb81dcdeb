#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "tests/support/ends_within.h"
#include "tests/support/test_arena.h"

namespace pyharness::testing {

inline constexpr std::size_t kEnoughMemory = std::size_t{1} << 30;

/// Thousands of times: scribbles over a few places of a good arena, and has `read` read it, which must neither crash
/// nor take long nor much memory. In children: a crash names its batch, and memory is bounded.
template <class Read>
void check_corruptions(const TestArena& arena, const Read& read) {
  constexpr std::uint32_t kBatches = 40;
  constexpr int kRounds = 100;
  constexpr std::size_t kMostHits = 12;
  constexpr std::size_t kStructure = 4;  // pages
  const auto bytes = arena.bytes().first(arena.header().next_free);
  const std::vector<std::byte> good(bytes.begin(), bytes.end());
  for (std::uint32_t batch = 0; batch < kBatches; ++batch) {
    CAPTURE(batch);
    CHECK(ends_within(20, kEnoughMemory, [&] {
      std::mt19937 random(batch);
      const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
      };
      for (int round = 0; round < kRounds; ++round) {
        std::copy(good.begin(), good.end(), bytes.begin());
        for (std::size_t hits = 1 + below(kMostHits); hits > 0; --hits) {
          // Where the structure is, more often than anywhere.
          const std::size_t page = below(3) == 0 ? below(bytes.size() / kPageBytes) : below(kStructure);
          const std::size_t at = page * kPageBytes + below(kPageBytes / 8) * 8;
          const std::uint64_t value = below(3) == 0   ? random()
                                      : below(2) == 0 ? below(bytes.size())
                                                      : ~std::uint64_t{0} >> below(64);
          std::memcpy(bytes.data() + at + (below(2) == 0 ? 4 : 0), &value, 4);
        }
        read();
      }
    }));
  }
  std::copy(good.begin(), good.end(), bytes.begin());
}

}  // namespace pyharness::testing
