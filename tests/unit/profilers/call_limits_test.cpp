// What does not fit is counted and never a crash.
#include <doctest/doctest.h>

#include <string>

#include "profilers/flat_map.h"
#include "profilers/profile/call_owners.h"
#include "tests/support/call_bench.h"

using pyharness::CallKey;
using pyharness::CallOwners;
using pyharness::FlatMap;
using pyharness::Loss;
using pyharness::testing::CallBench;
using pyharness::testing::CallNumbers;
using pyharness::testing::ManualClock;

TEST_SUITE("call recorder: limits") {
  TEST_CASE("a hundred thousand calls of recursion are followed and booked once") {
    CallBench bench(std::size_t{64} << 20);
    auto& f = bench.function("f");
    constexpr CallKey kDeep = 100'000;
    for (CallKey key = 1; key <= kDeep; ++key) bench.enter(key, f, 1);
    CHECK(bench.at("f") == CallNumbers{kDeep, 1, kDeep, kDeep});  // closed by the reader
    for (CallKey key = kDeep; key >= 1; --key) CHECK(bench.leave(key));
    CHECK(bench.at("f") == CallNumbers{kDeep, 1, kDeep, kDeep});
    CHECK(bench.lost(Loss::kArenaFull) == 0);
  }

  TEST_CASE("thousands of functions and edges fill several segments and come out whole") {
    CallBench bench(std::size_t{16} << 20);
    auto& root = bench.function("root");
    constexpr std::uint32_t kMany = 3000;
    for (int round = 0; round < 2; ++round) {
      bench.enter(1, root);
      for (std::uint32_t i = 0; i < kMany; ++i) {
        auto& f = bench.function("f" + std::to_string(i), i);
        bench.enter(2, f, i);
        bench.leave(2);
      }
      bench.leave(1);
    }
    const auto graph = bench.graph();
    CHECK(graph.functions.size() == kMany + 1);
    REQUIRE(graph.edges.size() == kMany);
    for (const auto& edge : graph.edges) {
      const auto& callee = graph.functions[edge.callee];
      CHECK(callee.key.name == "f" + std::to_string(callee.key.line));
      CHECK(edge.costs.self_ns == 2 * callee.key.line);
      CHECK(edge.costs.calls == 2);
    }
  }

  TEST_CASE("a call that finds no room is a counted loss, and those beneath it go on") {
    CallBench bench;
    auto& f = bench.function("f");
    bench.enter(1, f, 1);
    bench.enter(2, f, 1);  // with it, the edge
    bench.arena.leave_room_for(0);
    for (CallKey key = 3; key <= 1000; ++key) bench.enter(key, f, 1);
    const auto depth = bench.thread->depth;
    CHECK(depth < 1000);
    CHECK(bench.lost(Loss::kArenaFull) == 1000 - depth);
    for (CallKey key = 1000; key >= 1; --key) CHECK(bench.leave(key) == (key <= depth));
    CHECK(bench.thread->depth == 0);
    CHECK(bench.at("f") == CallNumbers{depth, 1, 1000, 1000});
  }

  TEST_CASE("a function that finds no room is a counted loss; its time stays with its caller") {
    CallBench bench;
    auto& f = bench.function("f");
    bench.enter(1, f, 1);
    bench.arena.leave_room_for(0);
    std::uint32_t lost = 0;
    for (std::uint32_t i = 0; i < 500; ++i) {
      bench.enter(2, bench.function("g" + std::to_string(i), i), 1);
      lost += bench.leave(2) ? 0 : 1;
    }
    CHECK(lost > 0);
    CHECK(bench.lost(Loss::kArenaFull) >= lost);
    bench.leave(1);
    CHECK(bench.at("f") == CallNumbers{1, 1, 1 + lost, 501});
  }

  TEST_CASE("a thread that finds no room is a counted loss") {
    CallBench bench;
    bench.arena.leave_room_for(0);
    CHECK(bench.recorder.begin_thread(2, ManualClock::now()) == nullptr);
    CHECK(bench.lost(Loss::kArenaFull) == 1);
  }
}

TEST_SUITE("flat map") {
  TEST_CASE("finds what was added, also what shares a place, and nothing else") {
    FlatMap<int> map;
    CHECK(map.find(1) == nullptr);
    for (int i = 1; i <= 5000; ++i) map.add(static_cast<std::uint64_t>(i) << (i % 40), i);
    for (int i = 1; i <= 5000; i += 40) {
      const int* found = map.find(static_cast<std::uint64_t>(i) << (i % 40));
      REQUIRE(found != nullptr);
    }
    CHECK(map.find(~std::uint64_t{0}) == nullptr);
    map.clear();
    CHECK(map.find(2) == nullptr);
    map.make_room();
    map.add(7, 1) = 2;
    CHECK(*map.find(7) == 2);
  }
}

TEST_SUITE("call owners") {
  TEST_CASE("a call ends for who saw it begin") {
    CallOwners owners;
    owners.enter();
    CHECK(owners.leave());
    owners.enter();  // setprofile(f): we saw it begin
    owners.change();
    CHECK_FALSE(owners.leave());  // the program must not see it end
    owners.enter();
    CHECK(owners.leave());
    owners.enter();  // setprofile(None), seen by the program
    owners.change();
    CHECK_FALSE(owners.leave());
    CHECK_FALSE(owners.leave());  // nothing is open
  }

  TEST_CASE("calls of both, one within the other, through many changes") {
    CallOwners owners;
    owners.enter();  // exec
    for (int i = 0; i < 1000; ++i) {
      owners.enter();
      owners.change();
      CHECK_FALSE(owners.leave());
      owners.enter();
      owners.enter();
      CHECK(owners.leave());
      owners.change();
      CHECK_FALSE(owners.leave());
    }
    CHECK(owners.leave());  // exec was ours, and so are we
    CHECK_FALSE(owners.leave());
  }

  TEST_CASE("an older call of ours that ends while the program's profiler is there is not the program's") {
    CallOwners owners;
    owners.enter();
    owners.enter();
    owners.change();
    owners.enter();
    owners.change();
    owners.enter();
    owners.change();  // the program's again: below lie ours, the program's, ours
    CHECK_FALSE(owners.leave());
    CHECK(owners.leave());
    CHECK_FALSE(owners.leave());
    CHECK_FALSE(owners.leave());
  }
}
