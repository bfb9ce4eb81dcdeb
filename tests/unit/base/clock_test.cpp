#include "harness/base/clock.h"

#include <doctest/doctest.h>

#include <limits>

using pyharness::ClockPair;
using pyharness::ClockSource;
using pyharness::TickScale;

TEST_SUITE("clock") {
  TEST_CASE("a scale that was never calibrated takes ticks as nanoseconds") {
    const TickScale scale;
    CHECK(scale.to_ns(0) == 0);
    CHECK(scale.to_ns(1) == 1);
    CHECK(scale.to_ns(123'456'789'012) == 123'456'789'012);
  }

  TEST_CASE("ticks become nanoseconds by the two clocks' readings") {
    const TickScale scale({1000, 500}, {1000 + 3'000'000'000, 500 + 1'000'000'000});
    CHECK(scale.ticks_per_second() == 3'000'000'000);
    CHECK(scale.to_ns(3) == 1);
    CHECK(scale.to_ns(3'000'000'000) == 1'000'000'000);
    CHECK(scale.to_ns(1'500'000'000) == 500'000'000);
  }

  TEST_CASE("days of ticks do not overflow") {
    const TickScale scale({0, 0}, {3'000'000'000, 1'000'000'000});
    const std::uint64_t day = 86'400;
    CHECK(scale.to_ns(30 * day * 3'000'000'000) == 30 * day * 1'000'000'000);
  }

  TEST_CASE("readings that make no sense leave the scale as it was") {
    CHECK(TickScale({10, 10}, {10, 20}).ticks_per_second() == 1'000'000'000);
    CHECK(TickScale({10, 10}, {20, 10}).ticks_per_second() == 1'000'000'000);
    CHECK(TickScale({20, 20}, {10, 10}).ticks_per_second() == 1'000'000'000);
  }

  TEST_CASE("both clocks go forward and agree with each other") {
    for (const ClockSource source : {ClockSource::kSystem, pyharness::best_clock_source()}) {
      CAPTURE(pyharness::name_of(source));
      const ClockPair begin = ClockPair::now(source);
      timespec nap{0, 20'000'000};
      nanosleep(&nap, nullptr);
      const ClockPair end = ClockPair::now(source);
      const TickScale scale(begin, end);
      const std::uint64_t measured = scale.to_ns(end.ticks - begin.ticks);
      const std::uint64_t real = end.system_ns - begin.system_ns;
      CHECK(real >= 20'000'000);
      CHECK(measured <= real + 1000);
      CHECK(measured + 1000 >= real);
    }
  }

  TEST_CASE("more ticks than any run has are held within what a recording can say") {
    const TickScale slow({0, 0}, {1, 1'000'000'000});
    CHECK(slow.to_ns(~std::uint64_t{0}) == std::uint64_t{std::numeric_limits<std::int64_t>::max()});
    CHECK(slow.to_ns(100) == 100'000'000'000);
  }
}
