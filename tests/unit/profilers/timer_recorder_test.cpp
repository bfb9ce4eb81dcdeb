// What the named timers book, under a clock that the test moves.
#include <doctest/doctest.h>

#include "harness/record/text_table.h"
#include "profilers/timer/named_timers_collect.h"
#include "profilers/timer/timer_recorder.h"
#include "tests/support/corruptions.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_arena.h"

using pyharness::NamedTimer;
using pyharness::Ticks;
using pyharness::TimerBook;
using pyharness::TimerRecorder;
using pyharness::testing::ManualClock;
using pyharness::testing::TestArena;

namespace {

class Bench {
 public:
  Bench() { begin(); }

  ManualClock clock;
  TestArena arena{std::size_t{4} << 20};
  pyharness::TextTable text{arena.writer()};
  TimerRecorder<ManualClock> recorder{arena.writer(), text};

  void begin() {
    auto* area = arena.writer().begin_process(7, 1);
    text.begin(*area);
    recorder.begin(*area);
  }
  void enter(std::uint64_t frame, const char* name, Ticks then = 0) {
    recorder.enter(*recorder.timer_named(name), {frame, 0});
    ManualClock::advance(then);
  }
  void leave(std::uint64_t frame, Ticks then = 0) {
    recorder.leave({frame, 0});
    ManualClock::advance(then);
  }
  [[nodiscard]] NamedTimer at(const std::string& name) const {
    const auto reader = arena.reader();
    const auto processes = pyharness::testing::seen(reader, ManualClock::now());
    for (const NamedTimer& timer : pyharness::collect_named_timers(
             {.arena = reader, .processes = processes, .latest = ManualClock::now(), .scale = {}, .usage = usage_}))
      if (timer.name == name) return timer;
    return {};
  }

 private:
  rusage usage_{};
};

}  // namespace

TEST_SUITE("timer recorder") {
  TEST_CASE("calls within each other, of one name and of others") {
    Bench bench;
    bench.enter(1, "f", 10);
    bench.enter(2, "f", 5);
    bench.enter(3, "g", 1);
    bench.leave(3);
    bench.leave(2, 4);
    bench.leave(1);
    const NamedTimer f = bench.at("f");
    CHECK(f.count == 2);
    CHECK(f.total_ns == 26);
    CHECK(f.min_ns == 6);
    CHECK(f.max_ns == 20);
    CHECK(f.histogram == pyharness::LogHistogram{{6, 1}, {20, 1}});
    CHECK(bench.at("g").total_ns == 1);
  }

  TEST_CASE("threads and greenlets take turns: who ends need not be who began last") {
    Bench bench;
    bench.enter(1, "f", 10);
    bench.enter(2, "f", 10);
    bench.leave(1, 10);
    bench.leave(2);
    bench.leave(2);  // unknown: nothing
    CHECK(bench.at("f").histogram == pyharness::LogHistogram{{20, 2}});
  }

  TEST_CASE("what is open when the process dies ends with it") {
    Bench bench;
    bench.enter(1, "f", 3);
    bench.leave(1);
    bench.enter(1, "f", 40);
    CHECK(bench.at("f").count == 2);
    CHECK(bench.at("f").total_ns == 43);
    CHECK(bench.at("f").max_ns == 40);
  }

  TEST_CASE("a generator runs from its first step to its end, whatever runs between") {
    Bench bench;
    auto& timer = *bench.recorder.timer_named("gen");
    bench.recorder.enter_generator(timer, 1);
    ManualClock::advance(5);
    bench.recorder.enter_generator(timer, 2);
    ManualClock::advance(5);
    bench.recorder.leave_generator(1);
    bench.recorder.suspend(2);
    ManualClock::advance(100);
    CHECK(bench.at("gen").total_ns == 15);  // it may be gone
    bench.recorder.go_on(2);
    CHECK(bench.at("gen").total_ns == 115);
    bench.recorder.leave_generator(2);
    CHECK(bench.at("gen").histogram == pyharness::LogHistogram{{10, 1}, {105, 1}});
  }

  TEST_CASE("a generator that ended unseen ended when it was suspended") {
    Bench bench;
    auto& timer = *bench.recorder.timer_named("gen");
    bench.recorder.enter_generator(timer, 1);
    ManualClock::advance(5);
    bench.recorder.suspend(1);
    ManualClock::advance(50);
    bench.recorder.enter_generator(timer, 1);
    ManualClock::advance(7);
    bench.recorder.leave_generator(1);
    CHECK(bench.at("gen").histogram == pyharness::LogHistogram{{5, 1}, {7, 1}});
  }

  TEST_CASE("a block ends where it began, or else the newest of the same object") {
    Bench bench;
    auto& timer = *bench.recorder.timer_named("load");
    bench.recorder.enter(timer, {9, 1});
    ManualClock::advance(5);
    bench.recorder.enter(timer, {9, 2});
    ManualClock::advance(5);
    bench.recorder.leave_block({9, 1});
    ManualClock::advance(5);
    bench.recorder.leave_block({9, 3});
    CHECK(bench.at("load").histogram == pyharness::LogHistogram{{10, 2}});
  }

  TEST_CASE("what begins in a pause is not counted, and drop_all forgets") {
    Bench bench;
    bench.recorder.pause();
    bench.enter(1, "f", 3);
    bench.recorder.resume();
    bench.leave(1);
    CHECK(bench.at("f").count == 0);
    bench.enter(1, "f", 3);
    bench.enter(2, "f", 3);
    bench.leave(2);
    bench.recorder.drop_all();
    bench.leave(1);
    CHECK(bench.at("f").count == 0);
  }

  TEST_CASE("a forked child counts anew; what was open is its parent's") {
    Bench bench;
    bench.enter(1, "f", 3);
    bench.begin();
    bench.leave(1);
    bench.enter(2, "f", 2);
    bench.leave(2);
    CHECK(bench.at("f").count == 2);  // the parent's, open, and the child's
    CHECK(bench.at("f").min_ns == 2);
  }

  TEST_CASE("a full arena is a counted loss") {
    Bench bench;
    bench.arena.leave_room_for(1);
    bench.enter(1, "f", 3);
    bench.leave(1);
    CHECK(bench.at("f").count == 0);
    const auto reader = bench.arena.reader();
    CHECK(reader.processes().front()->losses[0].load() == 1);
  }

  TEST_CASE("thousands of random corruptions are read without a crash") {
    Bench bench;
    for (std::uint64_t i = 0; i < 50; ++i) {
      bench.enter(i, i % 2 == 0 ? "even" : "odd", 1 << (i % 20));
      if (i % 5 != 0) bench.leave(i, 1);
    }
    pyharness::testing::check_corruptions(bench.arena, [&] { return bench.at("even"); });
  }
}
