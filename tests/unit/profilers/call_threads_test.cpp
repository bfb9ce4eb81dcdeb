// Threads and forks: what is open is each thread's own, the counts are the process's, and processes are added up.
#include <doctest/doctest.h>

#include <utility>

#include "tests/support/call_bench.h"

using pyharness::CallKey;
using pyharness::kNoIndex;
using pyharness::Loss;
using pyharness::ProcessArea;
using pyharness::testing::CallBench;
using pyharness::testing::CallNumbers;
using pyharness::testing::collected_calls;
using pyharness::testing::ManualClock;

TEST_SUITE("call recorder: threads") {
  TEST_CASE("two threads in one function at once: no recursion, and both book their time") {
    CallBench bench;
    auto& f = bench.function("f");
    auto* other = bench.recorder.begin_thread(2, ManualClock::now());
    bench.enter(1, f, 1);
    bench.recorder.enter(*other, 2, f);
    ManualClock::advance(4);
    bench.leave(1, 3);
    CHECK(bench.recorder.leave(*other, 2));
    CHECK(bench.at("f") == CallNumbers{2, 2, 12, 12});
    CHECK(bench.graph().edges.empty());
  }

  TEST_CASE("a thread that ended with calls open is closed when it ended, and its record is taken again") {
    CallBench bench;
    auto& f = bench.function("f");
    auto* other = bench.recorder.begin_thread(2, ManualClock::now());
    bench.recorder.enter(*other, 1, f);
    bench.recorder.enter(*other, 2, f);
    ManualClock::advance(5);
    pyharness::CallBook::end_thread(*other, ManualClock::now());
    ManualClock::advance(100);
    CHECK(bench.at("f") == CallNumbers{2, 1, 5, 5});
    CHECK(bench.recorder.begin_thread(3, ManualClock::now()) == other);
    CHECK(other->depth == 0);
    bench.recorder.enter(*other, 3, f);
    ManualClock::advance(1);
    CHECK(bench.recorder.leave(*other, 3));
    CHECK(bench.at("f") == CallNumbers{3, 2, 6, 6});
  }

  TEST_CASE("pausing closes nothing but what ended") {
    CallBench bench;
    auto& f = bench.function("f");
    auto* other = bench.recorder.begin_thread(2, ManualClock::now());
    bench.recorder.enter(*other, 1, f);
    ManualClock::advance(5);
    pyharness::CallBook::end_thread(*other, ManualClock::now());
    ManualClock::advance(10);
    bench.enter(1, f, 2);
    bench.recorder.pause(ManualClock::now());
    ManualClock::advance(10);
    CHECK(bench.at("f") == CallNumbers{2, 2, 7, 7});
    CHECK(other->depth == 0);
    CHECK(bench.thread->depth == 1);
  }

  TEST_CASE("a closed thread books until then and its later returns are ignored") {
    CallBench bench;
    auto& f = bench.function("f");
    bench.enter(1, f, 2);
    bench.recorder.close_thread(*bench.thread, ManualClock::now());
    ManualClock::advance(10);
    CHECK_FALSE(bench.leave(1));
    CHECK(bench.at("f") == CallNumbers{1, 1, 2, 2});
  }
}

TEST_SUITE("call recorder: forks") {
  TEST_CASE("a child's open calls go on without being counted again; all is added up") {
    CallBench bench;
    auto& f = bench.function("f");
    auto& g = bench.function("g", 5);
    bench.enter(1, f, 10);
    ProcessArea* parent = std::exchange(bench.area, bench.fork());
    CHECK(parent != bench.area);
    bench.enter(2, g, 3);
    bench.leave(2, 4);
    bench.leave(1);
    // Of the parent's own call this arena sees the time until the end.
    CHECK(bench.at("f") == CallNumbers{1, 1, 4 + 17, 7 + 17});
    CHECK(bench.at("g") == CallNumbers{1, 1, 3, 3});
    CHECK(bench.at("f", "g") == CallNumbers{1, 1, 3, 3});
  }

  TEST_CASE("a recursion goes on in the child with its depths") {
    CallBench bench;
    auto& f = bench.function("f");
    for (CallKey key = 1; key <= 3; ++key) bench.enter(key, f);
    bench.fork();
    bench.enter(4, f, 2);
    for (CallKey key = 4; key >= 1; --key) CHECK(bench.leave(key));
    CHECK(bench.at("f") == CallNumbers{4, 1, 4, 4});  // 2 in the child, 2 in the parent's, which never returned
    CHECK(bench.at("f", "f") == CallNumbers{3, 1, 4, 4});
  }

  TEST_CASE("a child forked by a thread that records nothing begins with nothing") {
    CallBench bench;
    auto& f = bench.function("f");
    bench.enter(1, f, 1);
    bench.recorder.prepare_fork(nullptr);
    ProcessArea* child = bench.arena.writer().begin_process(2, 1);
    bench.text.begin(*child);
    bench.recorder.begin_in_child(*child, nullptr, ManualClock::now());
    auto* thread = bench.recorder.begin_thread(2, ManualClock::now());
    REQUIRE(thread != nullptr);
    bench.recorder.enter(*thread, 1, f);
    ManualClock::advance(1);
    CHECK(bench.recorder.leave(*thread, 1));
    CHECK(bench.at("f") == CallNumbers{2, 2, 3, 3});
  }

  TEST_CASE("a child paused before the fork stays paused") {
    CallBench bench;
    auto& f = bench.function("f");
    bench.recorder.pause(ManualClock::now());
    ProcessArea* child = bench.fork();
    CHECK(child->paused.load() == 1);
    bench.enter(1, f, 1);
    bench.leave(1);
    CHECK(bench.graph().functions.empty());
  }

  TEST_CASE("a child that finds no room loses what it does, counted, and nothing else") {
    CallBench bench;
    auto& f = bench.function("f");
    bench.enter(1, f, 1);
    bench.recorder.prepare_fork(bench.thread);
    ProcessArea* child = bench.arena.writer().begin_process(2, 1);
    bench.text.begin(*child);
    bench.arena.leave_room_for(0);
    bench.recorder.begin_in_child(*child, bench.thread, ManualClock::now());
    for (CallKey key = 2; key < 10; ++key) bench.enter(key, f, 1);
    for (CallKey key = 9; key >= 1; --key) bench.leave(key);
    CHECK(child->losses[static_cast<std::size_t>(Loss::kArenaFull)].load() >= 8);
    CHECK(bench.at("f") == CallNumbers{1, 1, 9, 9});  // the parent's, open until the end
  }
}
