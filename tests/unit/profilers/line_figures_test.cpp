// Beside hits and time: a line's own time, what the hooks took of it, threads apart; and the short ways of the fast
// engine, which must book as the long ones do.
#include <doctest/doctest.h>

#include <map>
#include <random>

#include "tests/support/line_bench.h"

using pyharness::EventCosts;
using pyharness::LineOptions;
using pyharness::LineTable;
using pyharness::Recording;
using pyharness::testing::LineBench;
using pyharness::testing::ManualClock;

namespace {

constexpr std::size_t kArena = std::size_t{1} << 20;

// Of the costs that it was recorded with.
Recording recorded(const LineBench& bench, const LineOptions& options) {
  const std::map<std::string, EventCosts> costs{{"line",
                                                 {{"line", {0, options.costs.line, options.costs.line / 10}},
                                                  {"call", {0, options.costs.call, 0}},
                                                  {"resume", {0, options.costs.resume, 0}},
                                                  {"unwatched", {0, options.costs.unwatched, 0}}}}};
  const rusage usage{};
  const pyharness::ArenaReader reader = bench.arena.reader();
  Recording recording;
  pyharness::collect_line({reader, pyharness::testing::seen(reader, ManualClock::now()), ManualClock::now(),
                           pyharness::TickScale(), usage, costs},
                          recording);
  return recording;
}

std::int64_t figure(const LineTable& table, const std::string& name, std::uint32_t line, std::string_view column) {
  for (const auto& row : pyharness::testing::function_named(table, name)->rows)
    if (row.line == line) return row.values[table.column(column)];
  return -1;
}

std::int64_t own(const LineBench& bench, const std::string& name, std::uint32_t line) {
  return figure(bench.table(), name, line, "own_ns");
}

using Rows = std::map<std::pair<std::string, std::uint32_t>, std::vector<std::int64_t>>;

Rows rows_of(const LineTable& table) {
  Rows rows;
  for (const auto& function : table.functions)
    for (const auto& row : function.rows) rows[{function.key.name, row.line}] = row.values;
  return rows;
}

}  // namespace

TEST_SUITE("line recorder: own time") {
  TEST_CASE("what a watched function takes is not its caller's own") {
    LineBench bench;
    auto& outer = bench.code("outer", 1, {2, 3});
    auto& inner = bench.code("inner", 10, {11, 12});
    bench.enter(1, outer);
    bench.line(1, 2, 10);
    bench.enter(2, inner);
    bench.line(2, 11, 30);
    bench.line(2, 12, 5);
    bench.leave(2);
    ManualClock::advance(7);
    bench.line(1, 3, 4);
    bench.leave(1);
    CHECK(own(bench, "outer", 2) == 17);
    CHECK(own(bench, "outer", 3) == 4);
    CHECK(own(bench, "inner", 11) == 30);
    CHECK(bench.at("outer", 2).time == 52);
  }

  TEST_CASE("what is not watched is the caller's own, and what it calls that is watched is not") {
    LineBench bench;
    auto& outer = bench.code("outer", 1, {2});
    auto& library = bench.code("library", 10, {11}, false);
    auto& callback = bench.code("callback", 20, {21});
    bench.enter(1, outer);
    bench.line(1, 2, 1);
    bench.enter(2, library);
    bench.line(2, 11, 20);
    bench.enter(3, callback);
    bench.line(3, 21, 300);
    bench.leave(3);
    ManualClock::advance(4000);
    bench.leave(2);
    bench.leave(1);
    CHECK(own(bench, "outer", 2) == 4021);
    CHECK(own(bench, "callback", 21) == 300);
    CHECK(bench.at("outer", 2).time == 4321);
  }

  TEST_CASE("in a recursion all own time together is what went by") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2, 3});
    for (pyharness::FrameKey key = 1; key <= 5; ++key) {
      bench.enter(key, f);
      bench.line(key, 2, 10);
      bench.line(key, 3, 1);
    }
    for (pyharness::FrameKey key = 5; key >= 1; --key) {
      ManualClock::advance(5);
      bench.leave(key);
    }
    CHECK(own(bench, "f", 2) + own(bench, "f", 3) == 80);
    CHECK(own(bench, "f", 2) == 50);
    CHECK(bench.total("f") == 80);
  }

  TEST_CASE("what is open when the program dies is closed with it, each frame's own time too") {
    LineBench bench;
    auto& outer = bench.code("outer", 1, {2});
    auto& inner = bench.code("inner", 10, {11});
    bench.enter(1, outer);
    bench.line(1, 2, 10);
    bench.enter(2, inner);
    bench.line(2, 11, 30);
    CHECK(own(bench, "outer", 2) == 10);
    CHECK(own(bench, "inner", 11) == 30);
    CHECK(bench.at("outer", 2).time == 40);
  }

  TEST_CASE("a pause takes nothing from what ran before it and adds nothing") {
    LineBench bench;
    auto& outer = bench.code("outer", 1, {2});
    auto& inner = bench.code("inner", 10, {11, 12});
    bench.enter(1, outer);
    bench.line(1, 2, 10);
    bench.enter(2, inner);
    bench.line(2, 11, 30);
    bench.recorder.pause(ManualClock::now());
    ManualClock::advance(1000);
    bench.line(2, 12, 1000);
    bench.recorder.resume(ManualClock::now());
    ManualClock::advance(5);
    bench.leave(2);
    ManualClock::advance(2);
    bench.leave(1);
    CHECK(own(bench, "outer", 2) == 12);
    CHECK(own(bench, "inner", 11) == 30);
    CHECK(own(bench, "inner", 12) == 5);
    CHECK(bench.at("outer", 2).time == 47);
  }
}

TEST_SUITE("line recorder: what the hooks took") {
  TEST_CASE("each interval has its own hit and all events within it taken off") {
    const LineOptions options{{.line = 2000, .call = 6000, .resume = 8000, .unwatched = 1000}, false};
    LineBench bench(kArena, options);
    auto& outer = bench.code("outer", 1, {2, 3});
    auto& inner = bench.code("inner", 10, {11});
    auto& library = bench.code("library", 20, {21}, false);
    bench.enter(1, outer);
    bench.line(1, 2, 50);
    bench.enter(2, inner);
    bench.line(2, 11, 30);
    bench.leave(2);
    bench.enter(3, library);  // three events
    bench.line(3, 21, 10);
    bench.leave(3);
    bench.line(1, 3, 20);
    bench.leave(1);
    const Recording recording = recorded(bench, options);
    const auto& table = std::get<LineTable>(recording.sections.at(0).data);
    CHECK(figure(table, "outer", 2, "time_ns") == 90);
    CHECK(figure(table, "outer", 2, "corrected_ns") == 90 - 2 - (6 + 2) - 3);
    CHECK(figure(table, "inner", 11, "corrected_ns") == 28);
    CHECK(figure(table, "outer", 3, "corrected_ns") == 18);
    CHECK(pyharness::testing::function_named(table, "outer")->corrected_ns == 110 - 2 * 2 - (6 + 2) - 3);
    REQUIRE(recording.run.overhead);
    CHECK(recording.run.overhead->kinds.at("line") == pyharness::EventCost{3, 2000, 200});
    CHECK(recording.run.overhead->kinds.at("call") == pyharness::EventCost{2, 6000, 0});
    CHECK(recording.run.overhead->kinds.at("unwatched") == pyharness::EventCost{3, 1000, 0});
    CHECK(recording.run.overhead->total_ns == 3 * 2 + 2 * 6 + 3);
  }

  TEST_CASE("a generator that goes on is an event of its own kind") {
    const LineOptions options{{.line = 2000, .call = 6000, .resume = 8000, .unwatched = 0}, false};
    LineBench bench(kArena, options);
    auto& outer = bench.code("outer", 1, {2});
    auto& generator = bench.code("generator", 10, {11});
    bench.enter(1, outer);
    bench.line(1, 2, 50);
    bench.enter(2, generator, 11);
    ManualClock::advance(20);
    bench.leave(2);
    bench.leave(1);
    const Recording recording = recorded(bench, options);
    const auto& table = std::get<LineTable>(recording.sections.at(0).data);
    CHECK(figure(table, "outer", 2, "corrected_ns") == 70 - 2 - 8);
    CHECK(figure(table, "generator", 11, "corrected_ns") == 20);
    CHECK(recording.run.overhead->kinds.at("resume") == pyharness::EventCost{1, 8000, 0});
    CHECK(recording.run.overhead->kinds.at("call") == pyharness::EventCost{1, 6000, 0});
  }

  TEST_CASE("more than there is cannot be taken off") {
    const LineOptions options{{.line = 2000, .call = 0, .resume = 0, .unwatched = 0}, false};
    LineBench bench(kArena, options);
    auto& f = bench.code("f", 1, {2});
    bench.enter(1, f);
    bench.line(1, 2, 1);
    bench.leave(1);
    const Recording recording = recorded(bench, options);
    CHECK(figure(std::get<LineTable>(recording.sections.at(0).data), "f", 2, "corrected_ns") == 0);
  }

  TEST_CASE("without a calibration there is no corrected column, and no overhead") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    bench.enter(1, f);
    bench.line(1, 2, 1);
    bench.leave(1);
    CHECK_FALSE(bench.table().find_column("corrected_ns"));
  }
}

TEST_SUITE("line recorder: threads apart") {
  TEST_CASE("each thread has its own figures, also one that takes an ended thread's place") {
    const LineOptions options{{}, true};
    LineBench bench(kArena, options);
    auto& f = bench.code("f", 1, {2});
    const auto run = [&](pyharness::LineBook::Thread& thread, pyharness::Ticks ticks) {
      bench.recorder.enter(thread, 1, f);
      bench.recorder.line(thread, 1, 2);
      ManualClock::advance(ticks);
      bench.recorder.leave(thread, 1);
    };
    run(*bench.thread, 10);
    pyharness::LineBook::Thread* second = bench.recorder.begin_thread(22, ManualClock::now());
    run(*second, 20);
    pyharness::LineBook::end_thread(*second, ManualClock::now());
    pyharness::LineBook::Thread* third = bench.recorder.begin_thread(33, ManualClock::now());
    CHECK(third == second);
    run(*third, 40);
    run(*bench.thread, 10);
    std::map<std::uint64_t, std::int64_t> times;
    for (const auto& function : bench.table().functions)
      times[function.thread.value_or(0)] = function.rows.at(0).values[1];
    CHECK(times == std::map<std::uint64_t, std::int64_t>{{1, 20}, {22, 20}, {33, 40}});
    bench.recorder.drop_all(ManualClock::now());
    CHECK(bench.table().functions.empty());
  }
}

TEST_SUITE("line recorder: the short ways") {
  TEST_CASE("book the same as the long ones, whatever happens") {
    const LineOptions options{{.line = 3000, .call = 5000, .resume = 7000, .unwatched = 0}, false};
    Rows rows[2];
    std::uint64_t totals[2][3];
    for (const int short_ways : {0, 1}) {
      LineBench bench(kArena, options);
      pyharness::LineBook::Function* codes[] = {&bench.code("f", 1, {2, 3, 4}), &bench.code("g", 10, {11, 12, 13}),
                                                &bench.code("h", 20, {21, 22, 23})};
      std::mt19937 random(4711);
      std::vector<std::pair<pyharness::FrameKey, int>> open;
      pyharness::FrameKey key = 0;
      for (int step = 0; step < 100'000; ++step) {
        const unsigned choice = random() % 8;
        const int code = static_cast<int>(random() % 3);
        const auto ordinal = static_cast<std::uint32_t>(random() % 3);
        if ((choice == 0 && open.size() < 12) || open.empty()) {
          open.emplace_back(++key, code);
          if (short_ways == 1) {
            bench.recorder.enter_at(*bench.thread, key, *codes[code], ordinal);
          } else {
            bench.recorder.enter(*bench.thread, key, *codes[code]);
            bench.recorder.line_at(*bench.thread, key, ordinal);
          }
        } else if (choice == 1) {
          if (short_ways == 1) {
            bench.recorder.leave_above(*bench.thread, bench.thread->depth - 1);
          } else {
            bench.recorder.leave(*bench.thread, open.back().first);
          }
          open.pop_back();
        } else if (choice == 2 && random() % 100 == 0) {
          bench.recorder.paused() ? bench.recorder.resume(ManualClock::now())
                                  : bench.recorder.pause(ManualClock::now());
        } else {
          const auto [frame, of] = open.back();
          const std::uint32_t line = codes[of]->facts.lines[ordinal];
          if (short_ways == 0) {
            bench.recorder.line(*bench.thread, frame, line);
          } else if (!bench.recorder.next_line(*bench.thread, frame, ordinal)) {
            CHECK(bench.recorder.line_at(*bench.thread, frame, ordinal));
          }
        }
        ManualClock::advance(1 + random() % 50);  // no function takes no time
      }
      const Recording recording = recorded(bench, options);
      const auto& table = std::get<LineTable>(recording.sections.at(0).data);
      rows[short_ways] = rows_of(table);
      for (int i = 0; i < 3; ++i)
        totals[short_ways][i] = table.functions.at(static_cast<std::size_t>(i)).corrected_ns.value();
    }
    CHECK(rows[0].size() == 9);
    CHECK(rows[0] == rows[1]);
    for (int i = 0; i < 3; ++i) CHECK(totals[0][i] == totals[1][i]);
  }
}
