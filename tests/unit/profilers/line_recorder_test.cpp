#include <doctest/doctest.h>

#include <map>
#include <set>

#include "tests/support/line_bench.h"

using pyharness::testing::LineBench;
using pyharness::testing::LineFigures;

TEST_SUITE("line recorder") {
  TEST_CASE("plain lines get their hits and their time") {
    LineBench bench;
    auto& f = bench.code("f", 1, {1, 2, 3, 5});
    bench.enter(1, f);
    bench.line(1, 2, 10);
    bench.line(1, 3, 20);
    bench.line(1, 2, 5);
    bench.line(1, 5, 7);
    bench.leave(1);
    CHECK(bench.at("f", 2) == LineFigures{2, 15});
    CHECK(bench.at("f", 3) == LineFigures{1, 20});
    CHECK(bench.at("f", 5) == LineFigures{1, 7});
    CHECK(bench.at("f", 1) == LineFigures{0, 0});
    CHECK(bench.total("f") == 42);
  }

  TEST_CASE("the time before a function's first line is not the function's") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    bench.enter(1, f);
    pyharness::testing::ManualClock::advance(100);
    bench.line(1, 2, 10);
    bench.leave(1);
    CHECK(bench.total("f") == 10);
  }

  TEST_CASE("the time of a line includes the functions that it calls") {
    LineBench bench;
    auto& outer = bench.code("outer", 1, {2, 3});
    auto& inner = bench.code("inner", 10, {11});
    bench.enter(1, outer);
    bench.line(1, 2, 10);
    bench.enter(2, inner);
    bench.line(2, 11, 30);
    bench.leave(2);
    bench.line(1, 3, 4);
    bench.leave(1);
    CHECK(bench.at("outer", 2) == LineFigures{1, 40});
    CHECK(bench.at("outer", 3) == LineFigures{1, 4});
    CHECK(bench.at("inner", 11) == LineFigures{1, 30});
    CHECK(bench.total("outer") == 44);
    CHECK(bench.total("inner") == 30);
  }

  TEST_CASE("code that is not watched books nothing and counts for its caller") {
    LineBench bench;
    auto& outer = bench.code("outer", 1, {2});
    auto& library = bench.code("library", 10, {11}, false);
    bench.enter(1, outer);
    bench.line(1, 2, 1);
    bench.enter(2, library);
    bench.line(2, 11, 50);
    bench.leave(2);
    bench.leave(1);
    CHECK(bench.at("outer", 2) == LineFigures{1, 51});
    CHECK(pyharness::testing::function_named(bench.table(), "library") == nullptr);
  }

  TEST_CASE("a recursive line books time once") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2, 3});
    for (pyharness::FrameKey key = 1; key <= 3; ++key) {
      bench.enter(key, f);
      bench.line(key, 2, 10);
      bench.line(key, 3, 1);  // calls itself
    }
    for (pyharness::FrameKey key = 3; key >= 1; --key) {
      pyharness::testing::ManualClock::advance(5);
      bench.leave(key);
    }
    CHECK(bench.total("f") == 3 * 10 + 3 * 1 + 3 * 5);
    CHECK(bench.at("f", 3) == LineFigures{3, bench.at("f", 3).time});
    // Line 3 is open from its first hit to the end: 48 less the first 10.
    CHECK(bench.at("f", 3).time == 38);
    CHECK(bench.at("f", 2) == LineFigures{3, 30});
  }

  TEST_CASE("lines of a recursion that come and go are booked like one clock would") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2, 3, 4});
    // What line is open in some frame at each moment, kept here the slow way.
    std::vector<std::uint32_t> open;
    std::map<std::uint32_t, std::int64_t> expected;
    std::uint32_t random = 12345;
    pyharness::FrameKey key = 0;
    for (int step = 0; step < 20'000; ++step) {
      random = random * 1664525 + 1013904223;
      const std::uint32_t choice = (random >> 16) % 5;
      if ((choice == 0 && open.size() < 30) || open.empty()) {
        bench.enter(++key, f);
        open.push_back(0);
      } else if (choice == 1) {
        bench.leave(key--);
        open.pop_back();
      } else {
        open.back() = 2 + (random >> 24) % 3;
        bench.line(key, open.back());
      }
      const auto ticks = static_cast<std::int64_t>((random >> 8) % 100);
      pyharness::testing::ManualClock::advance(static_cast<pyharness::Ticks>(ticks));
      for (const std::uint32_t line : std::set(open.begin(), open.end())) expected[line] += ticks;
    }
    for (const std::uint32_t line : {2U, 3U, 4U}) CHECK(bench.at("f", line).time == expected[line]);
  }

  TEST_CASE("mutual recursion books each function's total once") {
    LineBench bench;
    auto& even = bench.code("even", 1, {2});
    auto& odd = bench.code("odd", 5, {6});
    for (pyharness::FrameKey key = 1; key <= 4; ++key) {
      bench.enter(key, key % 2 == 1 ? even : odd);
      bench.line(key, key % 2 == 1 ? 2 : 6, 10);
    }
    for (pyharness::FrameKey key = 4; key >= 1; --key) bench.leave(key);
    CHECK(bench.total("even") == 40);
    CHECK(bench.total("odd") == 30);
    CHECK(bench.at("even", 2) == LineFigures{2, 40});
    CHECK(bench.at("odd", 6) == LineFigures{2, 30});
  }

  TEST_CASE("a generator resumed in the middle of a line goes on with it and adds no hit") {
    LineBench bench;
    auto& generator = bench.code("generator", 1, {2, 3});
    bench.enter(1, generator);
    bench.line(1, 2, 10);
    bench.leave(1);  // yields
    pyharness::testing::ManualClock::advance(1000);
    bench.enter(1, generator, 2);
    pyharness::testing::ManualClock::advance(4);
    bench.line(1, 3, 6);
    bench.leave(1);
    CHECK(bench.at("generator", 2) == LineFigures{1, 14});
    CHECK(bench.at("generator", 3) == LineFigures{1, 6});
    CHECK(bench.total("generator") == 20);
  }

  TEST_CASE("a generator resumed at a line that its code does not have waits for the next line") {
    LineBench bench;
    auto& generator = bench.code("generator", 1, {2, 3});
    bench.enter(1, generator, 77);
    pyharness::testing::ManualClock::advance(9);
    bench.line(1, 3, 6);
    bench.leave(1);
    CHECK(bench.at("generator", 3) == LineFigures{1, 6});
    CHECK(bench.lost(pyharness::Loss::kForeignLine) == 0);
  }

  TEST_CASE("frames whose RETURN never came are closed when an outer frame goes on") {
    LineBench bench;
    auto& outer = bench.code("outer", 1, {2, 3});
    auto& inner = bench.code("inner", 10, {11});
    bench.enter(1, outer);
    bench.line(1, 2, 1);
    bench.enter(2, inner);
    bench.line(2, 11, 10);
    bench.enter(3, inner);
    bench.line(3, 11, 10);
    bench.line(1, 3, 5);
    CHECK(bench.thread->depth == 1);
    CHECK(bench.at("inner", 11) == LineFigures{2, 20});
    pyharness::testing::ManualClock::advance(100);
    bench.leave(1);
    CHECK(bench.total("inner") == 20);
    CHECK(bench.at("outer", 3) == LineFigures{1, 105});
  }

  TEST_CASE("frames whose RETURN never came are closed when an outer frame returns") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    bench.enter(1, f);
    bench.line(1, 2, 1);
    bench.enter(2, f);
    bench.line(2, 2, 1);
    bench.enter(3, f);
    bench.leave(1);
    CHECK(bench.thread->depth == 0);
    CHECK(bench.at("f", 2) == LineFigures{2, 2});
    // Nothing stays open: the next call books its time again.
    bench.enter(4, f);
    bench.line(4, 2, 50);
    bench.leave(4);
    CHECK(bench.at("f", 2) == LineFigures{3, 52});
  }

  TEST_CASE("a frame that was open before the hooks is refused, and known once it has entered") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    CHECK_FALSE(bench.line(7, 2));
    bench.leave(7);
    CHECK(bench.thread->depth == 0);
    bench.enter(7, f);
    CHECK(bench.line(7, 2, 3));
    CHECK_FALSE(bench.line(99, 2));
    CHECK(bench.thread->depth == 1);
    bench.leave(7);
    CHECK(bench.at("f", 2) == LineFigures{1, 3});
  }

  TEST_CASE("code objects that are alike are booked together") {
    LineBench bench;
    for (pyharness::FrameKey key = 1; key <= 100; ++key) {
      auto& made = bench.code("made", 1, {1});
      bench.enter(key, made);
      bench.line(key, 1, 2);
      bench.leave(key);
    }
    CHECK(bench.table().functions.size() == 1);
    CHECK(bench.at("made", 1) == LineFigures{100, 200});
  }

  TEST_CASE("code objects that are alike and call each other book time once") {
    LineBench bench;
    for (pyharness::FrameKey key = 1; key <= 10; ++key) {
      bench.enter(key, bench.code("<module>", 1, {1}));  // exec("run(n - 1)")
      bench.line(key, 1, 10);
    }
    for (pyharness::FrameKey key = 10; key >= 1; --key) bench.leave(key);
    CHECK(bench.at("<module>", 1) == LineFigures{10, 100});
    CHECK(bench.total("<module>") == 100);
  }

  TEST_CASE("code that differs in its lines is kept apart in the arena and added up in the table") {
    LineBench bench;
    auto& one = bench.code("<lambda>", 1, {1, 2});
    auto& two = bench.code("<lambda>", 1, {1, 3});
    bench.enter(1, one);
    bench.line(1, 1, 5);
    bench.leave(1);
    bench.enter(2, two);
    bench.line(2, 1, 7);
    bench.line(2, 3, 1);
    bench.leave(2);
    CHECK(bench.table().functions.size() == 1);
    CHECK(bench.at("<lambda>", 1) == LineFigures{2, 12});
    CHECK(bench.at("<lambda>", 3) == LineFigures{1, 1});
    CHECK(bench.total("<lambda>") == 13);
  }
}
