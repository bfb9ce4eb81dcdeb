// Pages of the arena that are given back and used again.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/test_arena.h"

using pyharness::ArenaWriter;
using pyharness::kPageBytes;
using pyharness::Offset;
using pyharness::ProcessArea;
using pyharness::testing::TestArena;

namespace {

/// Whether all bytes are 0; `fill` is what they are afterwards.
bool were_zero(const ArenaWriter& arena, Offset offset, std::size_t bytes, int fill) {
  const std::byte* first = arena.at(offset);
  const bool zero = std::all_of(first, first + bytes, [](std::byte byte) { return byte == std::byte{0}; });
  std::memset(arena.at(offset), fill, bytes);
  return zero;
}

}  // namespace

TEST_SUITE("arena extents") {
  TEST_CASE("what is given back is claimed again, zeroed") {
    const TestArena arena;
    const ArenaWriter writer = arena.writer();
    for (const std::size_t pages : {1, 2, 4, 8, 32}) {
      CAPTURE(pages);
      const Offset offset = writer.claim(pages * kPageBytes);
      REQUIRE(offset != 0);
      CHECK(were_zero(writer, offset, pages * kPageBytes, 0xA5));
      writer.give_back({offset, pages});
      CHECK(writer.claim(pages * kPageBytes) == offset);
      CHECK(were_zero(writer, offset, pages * kPageBytes, 0xA5));
      CHECK(writer.claim(pages * kPageBytes) != offset);
    }
  }

  TEST_CASE("only by a claim of the same size; one that is no power of two goes back in parts") {
    const TestArena arena;
    const ArenaWriter writer = arena.writer();
    const Offset offset = writer.claim(7 * kPageBytes);
    CHECK(were_zero(writer, offset, 7 * kPageBytes, 0xA5));
    writer.give_back({offset, 7});
    const Offset fresh = arena.header().next_free;
    CHECK(writer.claim(8 * kPageBytes) == fresh);
    CHECK(writer.claim(4 * kPageBytes) == offset);
    CHECK(writer.claim(2 * kPageBytes) == offset + 4 * kPageBytes);
    CHECK(writer.claim(1) == offset + 6 * kPageBytes);
    CHECK(were_zero(writer, offset, 7 * kPageBytes, 0));
    CHECK(writer.claim(1) == fresh + 8 * kPageBytes);
  }

  TEST_CASE("the last one given back is the first to go") {
    const TestArena arena;
    const ArenaWriter writer = arena.writer();
    const std::vector<Offset> pages{writer.claim(1), writer.claim(1), writer.claim(1)};
    for (const Offset page : pages) writer.give_back({page, 1});
    for (auto page = pages.rbegin(); page != pages.rend(); ++page) CHECK(writer.claim(1) == *page);
    CHECK(std::find(pages.begin(), pages.end(), writer.claim(1)) == pages.end());
  }

  TEST_CASE("a full arena lives on what is given back") {
    const TestArena arena;
    const ArenaWriter writer = arena.writer();
    const Offset page = writer.claim(1);
    arena.leave_room_for(0);
    CHECK(writer.claim(1) == 0);
    writer.give_back({page, 1});
    CHECK(writer.claim(1) == page);
    CHECK(writer.claim(1) == 0);
  }

  TEST_CASE("an owner knows what it has claimed, up to a number") {
    const TestArena arena;
    const ArenaWriter writer = arena.writer();
    ProcessArea* owner = writer.begin_process(1, 0);
    const Offset first = writer.claim(3 * kPageBytes, owner);
    writer.claim(1);  // nobody's
    const Offset second = writer.claim(1, owner);
    CHECK(owner->extents_used == 2);
    CHECK(owner->extents[0].offset == first);
    CHECK(owner->extents[0].pages == 3);
    CHECK(owner->extents[1].offset == second);
    for (std::size_t i = 0; i < pyharness::kMostExtents; ++i) REQUIRE(writer.claim(1, owner) != 0);
    CHECK(owner->extents_used == pyharness::kMostExtents + 2);
    CHECK(owner->extents[pyharness::kMostExtents - 1].pages == 1);
  }

  TEST_CASE("a list that was scribbled on leads nowhere outside") {
    const TestArena arena;
    const ArenaWriter writer = arena.writer();
    arena.header().free_extents[0] = 0xFFFF'FFF0;
    const Offset offset = writer.claim(1);
    CHECK(offset == pyharness::whole_pages(sizeof(pyharness::ArenaHeader)));
  }

  TEST_CASE("no page is ever given to two") {
    const TestArena arena(std::size_t{64} << 20);
    const ArenaWriter writer = arena.writer();
    constexpr int kRounds = 20'000;
    std::atomic<int> wrong{0};
    const auto claim_and_return = [&](int mark) {
      std::vector<pyharness::Extent> held;
      for (int i = 0; i < kRounds; ++i) {
        const std::size_t pages = std::size_t{1} << (i % 2);
        const Offset offset = writer.claim(pages * kPageBytes);
        if (offset == 0 || !were_zero(writer, offset, pages * kPageBytes, mark)) ++wrong;
        held.push_back({offset, pages});
        if (held.size() < 4) continue;
        const pyharness::Extent back = held[static_cast<std::size_t>(i) % held.size()];
        const std::byte* first = writer.at(back.offset);
        const auto is_mine = [&](std::byte byte) { return byte == static_cast<std::byte>(mark); };
        if (!std::all_of(first, first + back.pages * kPageBytes, is_mine)) ++wrong;
        std::erase_if(held, [&](const pyharness::Extent& extent) { return extent.offset == back.offset; });
        writer.give_back(back);
      }
    };
    std::vector<std::thread> threads;
    for (int mark = 1; mark <= 4; ++mark) threads.emplace_back(claim_and_return, mark);
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
    CHECK(arena.header().refused_bytes == 0);
    CHECK(arena.header().next_free < 200 * kPageBytes);  // of what would be 120,000
  }
}
