#include "harness/supervise/calibration.h"

#include <doctest/doctest.h>

#include "tests/support/failure.h"

using pyharness::calibrate;
using pyharness::Calibration;
using pyharness::CalibrationLoop;
using pyharness::CalibrationRun;
using pyharness::read_loops;
using pyharness::testing::contains;
using pyharness::testing::failure_of;

namespace {

/// What events are to cost in nanoseconds, and what the machine makes of it.
struct Machine {
  double line = 50;
  double call = 120;
  double resume = 90;
  double unwatched = 30;
  double usual_line = 50;            // of the second loop
  std::uint64_t plain_ns = 100'000;  // a repetition without hooks
  std::uint64_t noise_ns = 0;        // that every second repetition takes longer, under hooks
};

CalibrationRun measurer(const Machine& machine) {
  return [machine](bool hooked) {
    std::vector<CalibrationLoop> loops{{"simple", 1000, {5000, 0, 0, 0}, {}},
                                       {"usual", 1000, {8000, 0, 0, 0}, {}},
                                       {"calls", 1000, {3000, 1000, 0, 0}, {}},
                                       {"resumptions", 1000, {4000, 0, 1000, 0}, {}},
                                       {"unwatched", 1000, {2000, 0, 0, 4000}, {}}};
    for (CalibrationLoop& loop : loops) {
      const double line = loop.name == "usual" ? machine.usual_line : machine.line;
      const double cost = line * static_cast<double>(loop.events[0]) +
                          machine.call * static_cast<double>(loop.events[1]) +
                          machine.resume * static_cast<double>(loop.events[2]) +
                          machine.unwatched * static_cast<double>(loop.events[3]);
      for (std::uint64_t i = 0; i < 8; ++i) {
        const double noise = hooked ? static_cast<double>(i % 2 * machine.noise_ns) : 0;
        loop.times_ns.push_back(
            static_cast<std::uint64_t>(static_cast<double>(machine.plain_ns) + (hooked ? cost : 0) + noise));
      }
    }
    return loops;
  };
}

}  // namespace

TEST_SUITE("calibration") {
  TEST_CASE("known times give known costs") {
    const Calibration found = calibrate(measurer({}));
    CHECK(found.steady);
    REQUIRE(found.costs.size() == 4);
    CHECK(found.costs.at("line").cost_ps == 50'000);
    CHECK(found.costs.at("call").cost_ps == 120'000);
    CHECK(found.costs.at("resume").cost_ps == 90'000);
    CHECK(found.costs.at("unwatched").cost_ps == 30'000);
    for (const auto& [kind, cost] : found.costs) CHECK(cost.error_ps == 0);
  }

  TEST_CASE("lines that cost differently: the middle, and how far they are from it") {
    const Calibration found = calibrate(measurer({.usual_line = 80}));
    CHECK(found.costs.at("line").cost_ps == 65'000);
    CHECK(found.costs.at("line").error_ps == 15'000);
    CHECK(found.costs.at("call").cost_ps == 120'000);
    CHECK(found.steady);
  }

  TEST_CASE("the best repetitions count; the error is how far good ones are off") {
    const Calibration quiet = calibrate(measurer({.noise_ns = 1'000'000}));
    CHECK(quiet.costs.at("line").cost_ps == 50'000);
    CHECK(quiet.costs.at("line").error_ps == 0);  // half of them are as good
    const CalibrationRun disturbed = [&](bool hooked) {
      std::vector<CalibrationLoop> loops = measurer({})(hooked);
      for (CalibrationLoop& loop : loops)
        for (std::size_t i = 0; i < loop.times_ns.size(); ++i) loop.times_ns[i] += i * 200'000;
      return loops;
    };
    const Calibration noisy = calibrate(disturbed);
    CHECK(noisy.costs.at("line").error_ps > 50'000);
    CHECK(noisy.costs.at("line").cost_ps == 50'000);
    CHECK_FALSE(noisy.steady);
  }

  TEST_CASE("hooks that cost nothing cost nothing") {
    const Calibration found =
        calibrate(measurer({.line = 10, .call = 0, .resume = 0, .unwatched = 0, .usual_line = 10}));
    CHECK(found.costs.at("line").cost_ps == 10'000);
    CHECK(found.costs.at("call").cost_ps == 0);
    CHECK(found.costs.at("unwatched").cost_ps == 0);
  }

  TEST_CASE("what cannot be true is refused") {
    CHECK(contains(failure_of([] { calibrate(measurer({.line = -10, .usual_line = -10})); }), "'line' event"));
    CHECK(contains(failure_of([] { calibrate(measurer({.call = -40})); }), "'call' event"));
    CHECK(contains(failure_of([] { calibrate(measurer({.unwatched = 200'000})); }), "'unwatched' event"));
  }

  TEST_CASE("loops that change or are missing are refused") {
    const auto with = [](auto&& damage) {
      return failure_of([&] {
        calibrate([&](bool hooked) {
          std::vector<CalibrationLoop> loops = measurer({})(hooked);
          damage(loops, hooked);
          return loops;
        });
      });
    };
    CHECK_FALSE(with([](auto& loops, bool) { loops.pop_back(); }).empty());
    CHECK_FALSE(with([](auto& loops, bool hooked) {
                  if (hooked) loops.pop_back();
                }).empty());
    CHECK_FALSE(with([](auto& loops, bool hooked) {
                  if (hooked) loops[1].events[0] = 1;
                }).empty());
    CHECK_FALSE(with([](auto& loops, bool) { loops[0].events = {}; }).empty());
    CHECK_FALSE(with([](auto& loops, bool) { loops.clear(); }).empty());
  }

  TEST_CASE("what the program says is read, and nothing else") {
    const auto loops = read_loops("lines 100 500 0 0 0 31 30 35\ncalls 100 300 100 0 0 7\n");
    REQUIRE(loops);
    REQUIRE(loops->size() == 2);
    CHECK((*loops)[0].name == "lines");
    CHECK((*loops)[0].turns == 100);
    CHECK((*loops)[1].events == std::array<std::uint64_t, 4>{300, 100, 0, 0});
    CHECK((*loops)[0].times_ns == std::vector<std::uint64_t>{31, 30, 35});
    for (const char* text :
         {"", "\n", "lines", "lines 100 500 0 0 0\n", "lines 100 500 0 0 0 31", "lines 100 5 0 0 0 x\n",
          "lines 100 5 0 0 0 1 y\n", "a 1 1 1 1 1 1\n\n", "lines 1 99999999999999999999 0 0 0 1\n"}) {
      CAPTURE(text);
      CHECK_FALSE(read_loops(text));
    }
  }
}
