// Threads, forks, pauses: who books what, and from when.
#include <doctest/doctest.h>

#include "tests/support/line_bench.h"

using pyharness::LineTable;
using pyharness::ProcessArea;
using pyharness::testing::collected_lines;
using pyharness::testing::figures_of;
using pyharness::testing::function_named;
using pyharness::testing::LineBench;
using pyharness::testing::LineFigures;
using pyharness::testing::ManualClock;
using pyharness::testing::TestArena;

namespace {

/// The figures of one process alone: a copy of the arena in which the list of processes begins and ends there.
LineTable lines_of(const LineBench& bench, const ProcessArea* area) {
  const auto bytes = bench.arena.bytes();
  TestArena copy(bytes.size());
  std::memcpy(copy.bytes().data(), bytes.data(), bytes.size());
  const auto offset = static_cast<std::size_t>(reinterpret_cast<const std::byte*>(area) - bytes.data());
  copy.header().newest_process = offset;
  reinterpret_cast<ProcessArea*>(copy.bytes().data() + offset)->previous = 0;
  return collected_lines(copy.reader(), ManualClock::now());
}

}  // namespace

TEST_SUITE("line recorder: threads, forks, pauses") {
  TEST_CASE("two threads have open lines of their own, and their times add") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2, 3});
    auto* second = bench.recorder.begin_thread(2, ManualClock::now());
    REQUIRE(second != nullptr);
    bench.enter(1, f);
    bench.line(1, 2, 10);
    bench.recorder.enter(*second, 2, f);
    bench.recorder.line(*second, 2, 2);
    ManualClock::advance(100);
    bench.leave(1);
    ManualClock::advance(1000);
    bench.recorder.leave(*second, 2);
    CHECK(bench.at("f", 2) == LineFigures{2, 110 + 1100});
    CHECK(bench.total("f") == 110 + 1100);
  }

  TEST_CASE("the entry of a thread that has ended is used again") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    for (std::uint32_t id = 2; id < 1000; ++id) {
      auto* thread = bench.recorder.begin_thread(id, ManualClock::now());
      REQUIRE(thread != nullptr);
      CHECK(thread->index == 1);
      CHECK(thread->entry->os_id == id);
      bench.recorder.enter(*thread, id, f);
      bench.recorder.line(*thread, id, 2);
      ManualClock::advance(1);
      bench.recorder.leave(*thread, id);
      pyharness::LineBook::end_thread(*thread, ManualClock::now());
    }
    CHECK(bench.at("f", 2) == LineFigures{998, 998});
  }

  TEST_CASE("frames that a thread left open when it ended are closed at that moment") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    auto* thread = bench.recorder.begin_thread(2, ManualClock::now());
    bench.recorder.enter(*thread, 5, f);
    bench.recorder.line(*thread, 5, 2);
    ManualClock::advance(10);
    pyharness::LineBook::end_thread(*thread, ManualClock::now());
    ManualClock::advance(1000);
    CHECK(bench.at("f", 2) == LineFigures{1, 10});
    SUBCASE("and stay so when the entry is used again") {
      auto* again = bench.recorder.begin_thread(3, ManualClock::now());
      CHECK(again == thread);
      CHECK(again->depth == 0);
      CHECK(bench.at("f", 2) == LineFigures{1, 10});
    }
    SUBCASE("and not after it by a pause") {
      bench.recorder.pause(ManualClock::now());
      CHECK(bench.at("f", 2) == LineFigures{1, 10});
    }
    SUBCASE("and book no nonsense when counts were dropped in between") {
      bench.recorder.drop_all(ManualClock::now());
      bench.recorder.begin_thread(3, ManualClock::now());
      CHECK(bench.at("f", 2) == LineFigures{0, 0});
      CHECK(bench.total("f") == 0);
    }
  }

  TEST_CASE("close_thread books what is open and drops it") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    bench.enter(1, f);
    bench.line(1, 2, 10);
    bench.enter(2, f);
    bench.line(2, 2, 10);
    bench.recorder.close_thread(*bench.thread, ManualClock::now());
    ManualClock::advance(1000);
    CHECK(bench.thread->depth == 0);
    CHECK(bench.at("f", 2) == LineFigures{2, 20});
    CHECK(bench.total("f") == 20);
  }

  TEST_CASE("a pause stops hits and time, and frames are followed through it") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2, 3, 4});
    auto& g = bench.code("g", 10, {11});
    bench.enter(1, f);
    bench.line(1, 2, 10);
    bench.recorder.pause(ManualClock::now());
    bench.recorder.pause(ManualClock::now());
    CHECK(bench.recorder.paused());
    ManualClock::advance(100);
    CHECK(bench.at("f", 2) == LineFigures{1, 10});
    bench.line(1, 3, 100);
    bench.enter(2, g);
    bench.line(2, 11, 100);
    bench.recorder.resume(ManualClock::now());
    bench.recorder.resume(ManualClock::now());
    ManualClock::advance(7);
    bench.leave(2);
    bench.line(1, 4, 1);
    bench.leave(1);
    CHECK(bench.at("f", 2) == LineFigures{1, 10});
    CHECK(bench.at("f", 3) == LineFigures{0, 7});
    CHECK(bench.at("f", 4) == LineFigures{1, 1});
    CHECK(bench.at("g", 11) == LineFigures{0, 7});
    CHECK(bench.total("f") == 18);
    CHECK(bench.total("g") == 7);
  }

  TEST_CASE("a pause within a recursion leaves its lines booked once") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    for (pyharness::FrameKey key = 1; key <= 3; ++key) {
      bench.enter(key, f);
      bench.line(key, 2, 10);
    }
    bench.recorder.pause(ManualClock::now());
    bench.leave(3);
    bench.enter(4, f);
    bench.line(4, 2, 100);
    bench.recorder.resume(ManualClock::now());
    ManualClock::advance(5);
    for (const pyharness::FrameKey key : {4, 2, 1}) bench.leave(key);
    CHECK(bench.at("f", 2) == LineFigures{3, 35});
    CHECK(bench.total("f") == 35);
  }

  TEST_CASE("drop_all sets all counts to zero, and open lines begin anew") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2, 3});
    bench.enter(1, f);
    bench.line(1, 2, 10);
    bench.line(1, 3, 10);
    bench.recorder.drop_all(ManualClock::now());
    ManualClock::advance(5);
    bench.leave(1);
    CHECK(bench.at("f", 2) == LineFigures{0, 0});
    CHECK(bench.at("f", 3) == LineFigures{0, 5});
    CHECK(bench.total("f") == 5);
  }

  TEST_CASE("after a fork the child counts from zero, with the forking thread's lines open") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2, 3});
    auto& g = bench.code("g", 10, {11});
    auto& idle = bench.code("idle", 20, {21});
    auto* other = bench.recorder.begin_thread(2, ManualClock::now());
    bench.recorder.enter(*other, 50, idle);
    bench.recorder.line(*other, 50, 21);
    bench.enter(1, f);
    bench.line(1, 2, 10);
    bench.enter(2, g);
    bench.line(2, 11, 5);
    bench.recorder.prepare_fork(bench.thread);

    ProcessArea* parent = bench.area;
    ProcessArea* child = bench.arena.writer().begin_process(2, 1);
    const LineTable before = lines_of(bench, parent);
    bench.text.begin(*child);
    bench.recorder.begin_in_child(*child, bench.thread, ManualClock::now());
    ManualClock::advance(100);
    bench.leave(2);
    bench.line(1, 3, 20);
    bench.leave(1);

    const LineTable in_child = lines_of(bench, child);
    CHECK(figures_of(in_child, "f", 2) == LineFigures{0, 100});
    CHECK(figures_of(in_child, "f", 3) == LineFigures{1, 20});
    CHECK(figures_of(in_child, "g", 11) == LineFigures{0, 100});
    CHECK(pyharness::testing::total_of(in_child, "f") == 120);
    CHECK(function_named(in_child, "idle") == nullptr);
    // The parent's part is as it was; its own frames were still open there, so they run on in the report.
    ManualClock::time -= 120;
    const LineTable after = lines_of(bench, parent);
    CHECK(figures_of(after, "f", 2) == figures_of(before, "f", 2));
    CHECK(figures_of(after, "g", 11) == figures_of(before, "g", 11));
    CHECK(figures_of(after, "idle", 21) == figures_of(before, "idle", 21));
  }

  TEST_CASE("a recursive line open at the fork still books once in the child") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    for (pyharness::FrameKey key = 1; key <= 3; ++key) {
      bench.enter(key, f);
      bench.line(key, 2, 10);
    }
    bench.recorder.prepare_fork(bench.thread);
    ProcessArea* child = bench.arena.writer().begin_process(2, 1);
    bench.text.begin(*child);
    bench.recorder.begin_in_child(*child, bench.thread, ManualClock::now());
    ManualClock::advance(6);
    for (pyharness::FrameKey key = 3; key >= 1; --key) bench.leave(key);
    CHECK(figures_of(lines_of(bench, child), "f", 2) == LineFigures{0, 6});
  }

  TEST_CASE("a fork from a thread without a record begins with nothing open") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    bench.enter(1, f);
    bench.line(1, 2, 10);
    bench.recorder.prepare_fork(nullptr);
    ProcessArea* child = bench.arena.writer().begin_process(2, 1);
    bench.text.begin(*child);
    bench.recorder.begin_in_child(*child, nullptr, ManualClock::now());
    auto* thread = bench.recorder.begin_thread(3, ManualClock::now());
    REQUIRE(thread != nullptr);
    bench.recorder.enter(*thread, 9, f);
    bench.recorder.line(*thread, 9, 2);
    ManualClock::advance(4);
    bench.recorder.leave(*thread, 9);
    CHECK(figures_of(lines_of(bench, child), "f", 2) == LineFigures{1, 4});
  }

  TEST_CASE("a fork while paused stays paused") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    bench.enter(1, f);
    bench.line(1, 2, 10);
    bench.recorder.pause(ManualClock::now());
    bench.recorder.prepare_fork(bench.thread);
    ProcessArea* child = bench.arena.writer().begin_process(2, 1);
    bench.text.begin(*child);
    bench.recorder.begin_in_child(*child, bench.thread, ManualClock::now());
    CHECK(child->paused.load() == 1);
    ManualClock::advance(50);
    CHECK(figures_of(lines_of(bench, child), "f", 2) == LineFigures{0, 0});
  }

  TEST_CASE("a child that finds no room leaves the parent's part alone") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    for (pyharness::FrameKey key = 1; key <= 200; ++key) {  // more frames than a page holds
      bench.enter(key, f);
      bench.line(key, 2, 1);
    }
    bench.recorder.prepare_fork(bench.thread);
    ProcessArea* child = bench.arena.writer().begin_process(2, 1);
    pyharness::ThreadEntry* parents = bench.thread->entry;
    const auto stack = parents->stack.load();
    bench.arena.leave_room_for(2);  // for the threads' table and one page of frames, not for 200
    bench.text.begin(*child);
    bench.recorder.begin_in_child(*child, bench.thread, ManualClock::now());
    for (pyharness::FrameKey key = 300; key < 310; ++key) {
      bench.enter(key, f);
      bench.line(key, 2, 1);
    }
    CHECK(parents->stack.load() == stack);
    CHECK(parents->depth.load() == 200);
    CHECK(child->losses[static_cast<std::size_t>(pyharness::Loss::kArenaFull)].load() > 0);
  }
}
