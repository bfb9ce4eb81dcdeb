// What does not fit is counted and never a crash.
#include <doctest/doctest.h>

#include <numeric>

#include "profilers/line/line_index.h"
#include "tests/support/line_bench.h"

using pyharness::kNoIndex;
using pyharness::LineIndex;
using pyharness::Loss;
using pyharness::testing::LineBench;
using pyharness::testing::LineFigures;
using pyharness::testing::ManualClock;

TEST_SUITE("line recorder: limits") {
  TEST_CASE("a hundred thousand frames of recursion are followed and booked once") {
    LineBench bench(std::size_t{64} << 20);
    auto& f = bench.code("f", 1, {2});
    constexpr pyharness::FrameKey kDeep = 100'000;
    for (pyharness::FrameKey key = 1; key <= kDeep; ++key) {
      bench.enter(key, f);
      bench.line(key, 2, 1);
    }
    CHECK(bench.thread->depth == kDeep);
    CHECK(bench.at("f", 2) == LineFigures{kDeep, kDeep});
    for (pyharness::FrameKey key = kDeep; key >= 1; --key) bench.leave(key);
    CHECK(bench.thread->depth == 0);
    CHECK(bench.at("f", 2) == LineFigures{kDeep, kDeep});
    CHECK(bench.total("f") == kDeep);
    CHECK(bench.lost(Loss::kArenaFull) == 0);
  }

  TEST_CASE("a foreign line is a counted loss and leaves the open line open; what is on no line is none") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2, 4});
    bench.enter(1, f);
    bench.line(1, 2, 10);
    CHECK(bench.line(1, 3, 5));
    CHECK(bench.line(1, 0, 5));
    bench.line(1, 4, 1);
    bench.leave(1);
    CHECK(bench.lost(Loss::kForeignLine) == 1);
    CHECK(bench.at("f", 2) == LineFigures{1, 20});
    CHECK(bench.at("f", 4) == LineFigures{1, 1});
  }

  TEST_CASE("code without lines is a counted loss at every event") {
    LineBench bench;
    auto& f = bench.code("f", 1, {});
    bench.enter(1, f);
    CHECK(bench.line(1, 1, 5));
    bench.leave(1);
    CHECK(bench.lost(Loss::kForeignLine) == 1);
    CHECK(bench.total("f") == 0);
  }

  TEST_CASE("a function that finds no room is a counted loss, and those before it go on") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    bench.enter(1, f);
    bench.line(1, 2, 10);
    bench.arena.leave_room_for(0);
    std::vector<std::uint32_t> many(5000);
    std::iota(many.begin(), many.end(), 100U);
    auto& big = bench.code("big", 100, many);
    bench.enter(2, big);
    CHECK(bench.line(2, 101, 5));
    bench.leave(2);
    bench.leave(1);
    CHECK(bench.lost(Loss::kArenaFull) > 0);
    CHECK(bench.arena.header().refused_bytes.load() > 0);
    CHECK(bench.at("f", 2) == LineFigures{1, 15});
    CHECK(pyharness::testing::function_named(bench.table(), "big") == nullptr);
  }

  TEST_CASE("a frame that finds no room is a counted loss, and those beneath it go on") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2, 3});
    bench.enter(1, f);
    bench.line(1, 2, 1);
    bench.arena.leave_room_for(0);
    for (pyharness::FrameKey key = 2; key <= 1000; ++key) {
      bench.enter(key, f);
      bench.line(key, 2, 1);
    }
    const auto depth = bench.thread->depth;
    CHECK(depth < 1000);
    CHECK(bench.lost(Loss::kArenaFull) == 1000 - depth);
    for (pyharness::FrameKey key = 1000; key >= 2; --key) bench.leave(key);
    bench.line(1, 3, 7);
    bench.leave(1);
    CHECK(bench.thread->depth == 0);
    CHECK(bench.at("f", 2) == LineFigures{depth, 1000});
    CHECK(bench.at("f", 3) == LineFigures{1, 7});
  }

  TEST_CASE("a thread that finds no room is a counted loss") {
    LineBench bench;
    bench.arena.leave_room_for(0);
    CHECK(bench.recorder.begin_thread(2, ManualClock::now()) == nullptr);
    CHECK(bench.lost(Loss::kArenaFull) == 1);
    CHECK(bench.table().functions.empty());
  }

  TEST_CASE("a thousand functions with long names fill several segments and come out whole") {
    LineBench bench(std::size_t{16} << 20);
    for (std::uint32_t i = 0; i < 1000; ++i) {
      std::vector<std::uint32_t> lines(1 + i % 60);
      std::iota(lines.begin(), lines.end(), i * 100 + 1);
      auto& f = bench.code(std::string(i % 50, 'x') + std::to_string(i), i * 100, lines);
      bench.enter(i + 1, f);
      for (const std::uint32_t line : lines) bench.line(i + 1, line, 1);
      bench.leave(i + 1);
    }
    const auto table = bench.table();
    REQUIRE(table.functions.size() == 1000);
    for (const auto& function : table.functions) {
      const std::uint32_t i = function.key.line / 100;
      CHECK(function.key.name == std::string(i % 50, 'x') + std::to_string(i));
      CHECK(function.rows.size() == 1 + i % 60);
      CHECK(function.total_ns == function.rows.size());
    }
  }

  TEST_CASE("the index finds lines that lie close together and lines far apart") {
    const LineIndex close({10, 11, 15});
    CHECK(close.find(10) == 0);
    CHECK(close.find(15) == 2);
    for (const std::uint32_t line : {0U, 9U, 12U, 16U, 0xFFFFFFFFU}) CHECK(close.find(line) == kNoIndex);
    const LineIndex far({1, 2'000'000'000, 0xFFFFFFFF});
    CHECK(far.find(1) == 0);
    CHECK(far.find(2'000'000'000) == 1);
    CHECK(far.find(0xFFFFFFFF) == 2);
    for (const std::uint32_t line : {0U, 2U, 0xFFFFFFFEU}) CHECK(far.find(line) == kNoIndex);
    CHECK(LineIndex().find(1) == kNoIndex);
  }
}
