// The arithmetic of cProfile, under a clock that the test moves.
#include <doctest/doctest.h>

#include "tests/support/call_bench.h"

using pyharness::CallGraph;
using pyharness::testing::CallBench;
using pyharness::testing::CallNumbers;

TEST_SUITE("call recorder") {
  TEST_CASE("self time is without callees, cumulative time with them") {
    CallBench bench;
    auto& f = bench.function("f");
    auto& g = bench.function("g", 10);
    bench.enter(1, f, 5);
    bench.enter(2, g, 7);
    bench.leave(2, 3);
    bench.enter(3, g, 1);
    bench.leave(3);
    bench.leave(1);
    CHECK(bench.at("f") == CallNumbers{1, 1, 8, 16});
    CHECK(bench.at("g") == CallNumbers{2, 2, 8, 8});
    CHECK(bench.at("f", "g") == CallNumbers{2, 2, 8, 8});
    const CallGraph graph = bench.graph();
    CHECK(graph.edges.size() == 1);  // a root has none
    CHECK(graph.total_ns == 16);
    CHECK(graph.total_calls() == 3);
  }

  TEST_CASE("recursion counts its cumulative time once, and all but the outermost call as recursive") {
    CallBench bench;
    auto& f = bench.function("f");
    for (pyharness::CallKey key = 1; key <= 4; ++key) bench.enter(key, f, 10);
    for (pyharness::CallKey key = 4; key >= 1; --key) bench.leave(key, 1);
    // The last tick is after the end.
    CHECK(bench.at("f") == CallNumbers{4, 1, 43, 43});
    CHECK(bench.at("f", "f") == CallNumbers{3, 1, 32, 32});
  }

  TEST_CASE("mutual recursion: each function and each edge has a depth of its own") {
    CallBench bench;
    auto& even = bench.function("even");
    auto& odd = bench.function("odd", 5);
    bench.enter(1, even, 1);
    bench.enter(2, odd, 2);
    bench.enter(3, even, 4);
    bench.enter(4, odd, 8);
    bench.leave(4);
    bench.leave(3);
    bench.leave(2);
    bench.leave(1);
    CHECK(bench.at("even") == CallNumbers{2, 1, 5, 15});
    CHECK(bench.at("odd") == CallNumbers{2, 1, 10, 14});
    CHECK(bench.at("even", "odd") == CallNumbers{2, 1, 10, 14});
    CHECK(bench.at("odd", "even") == CallNumbers{1, 1, 4, 12});
  }

  TEST_CASE("an edge may be recursive where it is met again, not where another edge of the function is") {
    CallBench bench;
    auto& f = bench.function("f");
    auto& g = bench.function("g", 5);
    bench.enter(1, f, 1);
    bench.enter(2, g, 1);
    bench.enter(3, g, 1);
    bench.leave(3);
    bench.leave(2);
    bench.leave(1);
    CHECK(bench.at("g") == CallNumbers{2, 1, 2, 2});
    CHECK(bench.at("f", "g") == CallNumbers{1, 1, 1, 2});
    CHECK(bench.at("g", "g") == CallNumbers{1, 1, 1, 1});
  }

  TEST_CASE("two callers of one function, in turn, have an edge each") {
    CallBench bench;
    auto& f = bench.function("f");
    auto& g = bench.function("g", 5);
    auto& h = bench.function("h", 9);
    for (int i = 0; i < 3; ++i) {
      for (auto* caller : {&f, &g}) {
        bench.enter(1, *caller);
        bench.enter(2, h, 2);
        bench.leave(2);
        bench.leave(1);
      }
    }
    CHECK(bench.at("h") == CallNumbers{6, 6, 12, 12});
    CHECK(bench.at("f", "h") == CallNumbers{3, 3, 6, 6});
    CHECK(bench.at("g", "h") == CallNumbers{3, 3, 6, 6});
  }

  TEST_CASE("functions alike are one; variants are told apart while they run and shown as one") {
    CallBench bench;
    CHECK(&bench.function("f") == &bench.function("f"));
    auto& inner = bench.function("<lambda>", 1, 1);
    auto& outer = bench.function("<lambda>", 1, 2);
    CHECK(&inner != &outer);
    bench.enter(1, outer, 1);
    bench.enter(2, inner, 1);
    bench.leave(2);
    bench.leave(1);
    CHECK(bench.graph().functions.size() == 1);
    CHECK(bench.at("<lambda>") == CallNumbers{2, 2, 2, 3});
    CHECK(bench.at("<lambda>", "<lambda>") == CallNumbers{1, 1, 1, 1});
  }

  TEST_CASE("a return that does not fit is ignored, and nothing ever wraps") {
    CallBench bench;
    auto& f = bench.function("f");
    CHECK_FALSE(bench.leave(1));
    bench.enter(1, f, 5);
    CHECK_FALSE(bench.leave(2));
    CHECK(bench.thread->depth == 1);
    pyharness::testing::ManualClock::time -= 100;  // two cores that disagree
    CHECK(bench.leave(1));
    CHECK(bench.at("f") == CallNumbers{1, 1, 0, 0});
  }

  TEST_CASE("unwinding ends what lies above, and only where the call is open") {
    CallBench bench;
    auto& f = bench.function("f");
    auto& g = bench.function("g", 5);
    bench.enter(1, f, 1);
    bench.enter(2, g, 2);
    bench.enter(3, g, 4);
    const auto now = pyharness::testing::ManualClock::now();
    CHECK_FALSE(bench.recorder.unwind_to(*bench.thread, 9, now));
    CHECK(bench.thread->depth == 3);
    CHECK(bench.recorder.unwind_to(*bench.thread, 1, now));
    CHECK(bench.thread->depth == 1);
    bench.leave(1);
    CHECK(bench.at("g") == CallNumbers{2, 1, 6, 6});
    CHECK(bench.at("f") == CallNumbers{1, 1, 1, 7});
  }

  TEST_CASE("a call that is opened again has its time from then on and is no call") {
    CallBench bench;
    auto& f = bench.function("f");
    auto& g = bench.function("g", 5);
    bench.recorder.reopen(*bench.thread, 1, f, pyharness::testing::ManualClock::now());
    bench.enter(2, g, 3);
    bench.leave(2, 4);
    bench.leave(1);
    CHECK(bench.at("f") == CallNumbers{0, 0, 4, 7});
    CHECK(bench.at("f", "g") == CallNumbers{1, 1, 3, 3});
  }
}

TEST_SUITE("call recorder: pause") {
  TEST_CASE("while booking is off neither calls nor time are booked, and open calls go on afterwards") {
    CallBench bench;
    auto& f = bench.function("f");
    auto& g = bench.function("g", 5);
    const auto now = [] { return pyharness::testing::ManualClock::now(); };
    bench.enter(1, f, 1);
    bench.enter(2, g, 2);
    bench.recorder.pause(now());
    bench.recorder.pause(now());
    pyharness::testing::ManualClock::advance(100);
    CHECK(bench.at("f") == CallNumbers{1, 1, 1, 3});  // read while paused
    bench.enter(3, g, 100);
    bench.leave(3);
    bench.leave(2, 100);
    bench.enter(4, g, 100);
    bench.recorder.resume(now());
    bench.recorder.resume(now());
    pyharness::testing::ManualClock::advance(10);
    bench.leave(4, 20);
    bench.leave(1);
    // The second and third call of g began while booking was off; the third ended with it on.
    CHECK(bench.at("g") == CallNumbers{1, 1, 12, 12});
    CHECK(bench.at("f") == CallNumbers{1, 1, 21, 33});
    CHECK(bench.at("f", "g") == CallNumbers{1, 1, 12, 12});
  }

  TEST_CASE("a recursion that is paused books its cumulative time once") {
    CallBench bench;
    auto& f = bench.function("f");
    for (pyharness::CallKey key = 1; key <= 3; ++key) bench.enter(key, f, 10);
    bench.recorder.pause(pyharness::testing::ManualClock::now());
    bench.recorder.resume(pyharness::testing::ManualClock::now());
    for (pyharness::CallKey key = 3; key >= 1; --key) bench.leave(key);
    CHECK(bench.at("f") == CallNumbers{3, 1, 30, 30});
    CHECK(bench.at("f", "f") == CallNumbers{2, 1, 20, 20});
  }

  TEST_CASE("dropping sets all to zero; open calls have their time from then on") {
    CallBench bench;
    auto& f = bench.function("f");
    auto& g = bench.function("g", 5);
    bench.enter(1, f, 5);
    bench.enter(2, g, 5);
    bench.leave(2, 5);
    bench.recorder.drop_all(pyharness::testing::ManualClock::now());
    CHECK(bench.graph().functions.size() == 0);
    bench.enter(3, g, 2);
    bench.leave(3, 1);
    bench.leave(1);
    CHECK(bench.at("f") == CallNumbers{0, 0, 1, 3});
    CHECK(bench.at("f", "g") == CallNumbers{1, 1, 2, 2});
  }

  TEST_CASE("started paused, nothing is there until it is resumed") {
    CallBench bench;
    auto& f = bench.function("f");
    bench.recorder.pause(pyharness::testing::ManualClock::now());
    bench.enter(1, f, 5);
    bench.leave(1);
    CHECK(bench.graph().functions.empty());
    bench.recorder.resume(pyharness::testing::ManualClock::now());
    bench.enter(1, f, 5);
    bench.leave(1);
    CHECK(bench.at("f") == CallNumbers{1, 1, 5, 5});
  }
}
