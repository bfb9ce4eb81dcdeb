// Reading an arena: what is open is closed, and what was scribbled on neither crashes nor takes forever.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/call_bench.h"
#include "tests/support/corruptions.h"
#include "tests/support/ends_within.h"

using pyharness::CallGraph;
using pyharness::CallKey;
using pyharness::ProcessArea;
using pyharness::TableKind;
using pyharness::testing::CallBench;
using pyharness::testing::CallNumbers;
using pyharness::testing::check_corruptions;
using pyharness::testing::collected_calls;
using pyharness::testing::ends_within;
using pyharness::testing::function_numbers;
using pyharness::testing::kEnoughMemory;
using pyharness::testing::ManualClock;

namespace {

/// A recording with a bit of everything, and calls left open.
void fill(CallBench& bench) {
  auto* other = bench.recorder.begin_thread(2, ManualClock::now());
  for (CallKey key = 1; key <= 40; ++key) {
    bench.enter(key, bench.function("f" + std::to_string(key % 7), static_cast<std::uint32_t>(key % 7)), 3);
    bench.recorder.enter(*other, key + 100, bench.function("g"));
    if (key % 3 == 0) bench.leave(key, 1);
  }
  bench.fork();
  bench.enter(1000, bench.function("g"), 2);
}

/// What every call graph keeps to, whatever it was read from.
void check_whole(const CallGraph& graph) {
  for (const CallGraph::Edge& edge : graph.edges) {
    if (edge.caller >= graph.functions.size() || edge.callee >= graph.functions.size()) std::abort();
  }
}

}  // namespace

TEST_SUITE("call collecting") {
  TEST_CASE("calls open at the end are closed with it, the innermost first; reading changes nothing") {
    CallBench bench;
    auto& f = bench.function("f");
    auto& g = bench.function("g", 5);
    bench.enter(1, f, 1);
    bench.enter(2, g, 2);
    bench.leave(2, 4);
    bench.enter(3, g, 8);
    bench.enter(4, f, 16);
    for (int i = 0; i < 2; ++i) {
      CHECK(bench.at("f") == CallNumbers{2, 1, 21, 31});
      CHECK(bench.at("g") == CallNumbers{2, 2, 10, 26});
      CHECK(bench.at("f", "g") == CallNumbers{2, 2, 10, 26});
      CHECK(bench.at("g", "f") == CallNumbers{1, 1, 16, 16});
    }
    CHECK(bench.graph().total_ns == 31);
  }

  TEST_CASE("the same figures come out where the calls return at that moment") {
    for (const bool returned : {false, true}) {
      CallBench bench;
      for (CallKey key = 1; key <= 30; ++key) bench.enter(key, bench.function("f" + std::to_string(key % 4)), key);
      for (CallKey key = 30; returned && key >= 1; --key) bench.leave(key);
      CHECK(bench.at("f1") == CallNumbers{8, 1, 120, 465});
      CHECK(bench.at("f1", "f2") == CallNumbers{8, 1, 128, 464});
    }
  }

  TEST_CASE("a call whose clock was not read yet has no time") {
    CallBench bench;
    auto& f = bench.function("f");
    bench.enter(1, f, 5);
    bench.thread->frames[0].since = 0;
    CHECK(bench.at("f") == CallNumbers{1, 1, 0, 0});
  }

  TEST_CASE("an end before a call began adds no time") {
    CallBench bench;
    bench.enter(1, bench.function("f"), 10);
    CHECK(function_numbers(collected_calls(bench.arena.reader(), 5), "f") == CallNumbers{1, 1, 0, 0});
  }

  TEST_CASE("a child's open calls run to its exit, or to where it was last seen") {
    CallBench bench;
    auto& f = bench.function("f");
    auto& g = bench.function("g", 5);
    bench.enter(1, f);
    ProcessArea* child = bench.fork();
    ManualClock::advance(5);
    bench.enter(2, g, 7);
    ManualClock::advance(1000);
    SUBCASE("killed") {
      CHECK(bench.at("g") == CallNumbers{1, 1, 0, 0});
      CHECK(bench.at("f") == CallNumbers{1, 1, 5 + 1012, 5 + 1012});
    }
    SUBCASE("os._exit") {
      child->exit_ticks = ManualClock::now() - 1000;
      CHECK(bench.at("g") == CallNumbers{1, 1, 7, 7});
      CHECK(bench.at("f") == CallNumbers{1, 1, 5 + 1012, 12 + 1012});
    }
  }

  TEST_CASE("an empty arena and no arena give an empty graph") {
    const pyharness::testing::TestArena arena;
    CHECK(collected_calls(arena.reader(), 1).functions.empty());
    CHECK(collected_calls(pyharness::ArenaReader({}), 1).functions.empty());
  }

  TEST_CASE("a scribbled count of entries costs neither memory nor time") {
    for (const TableKind kind : {TableKind::kText, TableKind::kCalls, TableKind::kEdges, TableKind::kCallThreads}) {
      CAPTURE(static_cast<int>(kind));
      CallBench bench;
      fill(bench);
      bench.area->tables[static_cast<std::size_t>(kind)].count = 0xFFFFFFF0;
      CHECK(ends_within(10, kEnoughMemory, [&] { check_whole(bench.graph()); }));
    }
  }

  TEST_CASE("a scribbled depth of a stack costs neither memory nor time") {
    CallBench bench(std::size_t{8} << 30);  // address space only, as in a real run
    fill(bench);
    bench.thread->entry->depth = 0xDEADBEEF;
    bench.thread->entry->capacity = 0xDEADBEEF;
    CHECK(ends_within(10, std::size_t{9} << 30, [&] { check_whole(bench.graph()); }));
  }

  TEST_CASE("thousands of random corruptions are read without a crash") {
    CallBench bench(std::size_t{1} << 18);
    fill(bench);
    check_corruptions(bench.arena, [&] { check_whole(bench.graph()); });
  }

  TEST_CASE("figures beyond what a recording can say are held there") {
    CallBench bench;
    bench.enter(1, bench.function("f"), 3);
    bench.leave(1);
    const pyharness::ArenaReader reader = bench.arena.reader();
    const pyharness::TableReader<pyharness::CallEntry> calls(reader, *bench.area, TableKind::kCalls);
    const_cast<pyharness::CallEntry*>(calls.at(0))->figures = {~std::uint64_t{0}, 0, ~std::uint64_t{0}, 1};
    CHECK(bench.at("f") == CallNumbers{INT64_MAX, INT64_MAX, INT64_MAX, 1});
  }
}
