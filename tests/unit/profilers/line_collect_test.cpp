// Reading an arena: what is open is closed, and what was scribbled on neither crashes nor takes forever.
#include <doctest/doctest.h>

#include <chrono>

#include "profilers/timer/timer_collect.h"
#include "tests/support/corruptions.h"
#include "tests/support/ends_within.h"
#include "tests/support/line_bench.h"

using pyharness::ProcessArea;
using pyharness::Table;
using pyharness::TableKind;
using pyharness::testing::check_corruptions;
using pyharness::testing::collected_lines;
using pyharness::testing::ends_within;
using pyharness::testing::kEnoughMemory;
using pyharness::testing::LineBench;
using pyharness::testing::LineFigures;
using pyharness::testing::ManualClock;

namespace {

/// A recording with a bit of everything, and frames left open.
void fill(LineBench& bench) {
  auto& f = bench.code("f", 1, {2, 3});
  auto& g = bench.code("g", 10, {11, 12, 13});
  auto* other = bench.recorder.begin_thread(2, ManualClock::now());
  for (pyharness::FrameKey key = 1; key <= 20; ++key) {
    bench.enter(key, f);
    bench.line(key, 2, 3);
    bench.line(key, 3, 4);
    bench.recorder.enter(*other, key + 100, g);
    bench.recorder.line(*other, key + 100, 11 + static_cast<std::uint32_t>(key % 3));
  }
  bench.recorder.prepare_fork(bench.thread);
  ProcessArea* child = bench.arena.writer().begin_process(2, 1);
  bench.text.begin(*child);
  bench.recorder.begin_in_child(*child, bench.thread, ManualClock::now());
  bench.line(20, 2, 3);
}

Table& table_of(ProcessArea& area, TableKind kind) { return area.tables[static_cast<std::size_t>(kind)]; }

void read_all(const LineBench& bench) {
  const rusage usage{};
  pyharness::Recording recording;
  const pyharness::ArenaReader reader = bench.arena.reader();
  const auto processes = pyharness::testing::seen(reader, ManualClock::now());
  pyharness::collect_line({reader, processes, ManualClock::now(), pyharness::TickScale(), usage}, recording);
  pyharness::collect_timer({reader, processes, ManualClock::now(), pyharness::TickScale(), usage}, recording);
}

}  // namespace

TEST_SUITE("line collecting") {
  TEST_CASE("frames open at the end are closed with it") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2, 3});
    bench.enter(1, f);
    bench.line(1, 2, 10);
    bench.enter(2, f);
    bench.line(2, 3, 5);
    CHECK(bench.at("f", 2) == LineFigures{1, 15});
    CHECK(bench.at("f", 3) == LineFigures{1, 5});
    CHECK(bench.total("f") == 15);
    // Reading changes nothing.
    CHECK(bench.at("f", 2) == LineFigures{1, 15});
  }

  TEST_CASE("an end before a line began adds nothing") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    bench.enter(1, f);
    bench.line(1, 2, 10);
    const auto table = collected_lines(bench.arena.reader(), 5);
    CHECK(pyharness::testing::figures_of(table, "f", 2) == LineFigures{1, 0});
  }

  TEST_CASE("the first process's open lines run to the end, a child's to its exit or to where it was last seen") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2, 3});
    bench.enter(1, f);
    bench.line(1, 2, 10);
    bench.recorder.prepare_fork(bench.thread);
    ProcessArea* child = bench.arena.writer().begin_process(2, 1);
    bench.text.begin(*child);
    bench.recorder.begin_in_child(*child, bench.thread, ManualClock::now());
    ManualClock::advance(5);
    bench.line(1, 3, 7);
    ManualClock::advance(1000);
    const LineFigures parents{1, 1022};
    SUBCASE("killed") { CHECK(bench.at("f", 3) == LineFigures{1, 0}); }
    SUBCASE("os._exit") {
      child->exit_ticks = ManualClock::now() - 1000;
      CHECK(bench.at("f", 3) == LineFigures{1, 7});
    }
    SUBCASE("an exit after the end") {
      child->exit_ticks = ~std::uint64_t{0};
      CHECK(bench.at("f", 3) == LineFigures{1, 1007});
    }
    CHECK(bench.at("f", 2) == LineFigures{parents.hits, parents.time + 5});
  }

  TEST_CASE("lines and functions never reached have no row, and functions are in the order of their keys") {
    LineBench bench;
    auto& z = bench.code("z", 30, {31, 32});
    auto& a = bench.code("a", 1, {2});
    auto& empty = bench.code("empty", 50, {51});
    bench.enter(1, z);
    bench.line(1, 32, 1);
    bench.leave(1);
    bench.enter(2, a);
    bench.line(2, 2, 1);
    bench.leave(2);
    bench.enter(3, empty);
    bench.leave(3);
    const auto table = bench.table();
    REQUIRE(table.functions.size() == 2);
    CHECK(table.functions[0].key == pyharness::FunctionKey{"/own/a.py", 1, "a"});
    CHECK(table.functions[1].key.line == 30);
    CHECK(table.functions[1].last_line == 32);
    CHECK(table.functions[1].engine == "trace");
    REQUIRE(table.functions[1].rows.size() == 1);
    CHECK(table.functions[1].rows[0].line == 32);
  }

  TEST_CASE("with one function marked, only marked ones are reported and a note says so") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    auto& g = bench.code("g", 10, {11});
    bench.recorder.mark(g);  // before it runs
    for (auto* code : {&f, &g}) {
      bench.enter(1, *code);
      bench.line(1, code->facts.lines[0], 1);
      bench.leave(1);
    }
    const rusage usage{};
    pyharness::Recording recording;
    const pyharness::ArenaReader reader = bench.arena.reader();
    const auto processes = pyharness::testing::seen(reader, ManualClock::now());
    pyharness::collect_line({reader, processes, ManualClock::now(), pyharness::TickScale(), usage}, recording);
    pyharness::show_only_marked_lines(recording);
    const auto* table = recording.find<pyharness::LineTable>("line");
    REQUIRE(table != nullptr);
    REQUIRE(table->functions.size() == 1);
    CHECK(table->functions[0].key.name == "g");
    CHECK(recording.run.notes.size() == 1);
  }

  TEST_CASE("an empty arena and no arena give an empty table") {
    const pyharness::testing::TestArena arena;
    CHECK(collected_lines(arena.reader(), 1).functions.empty());
    CHECK(collected_lines(pyharness::ArenaReader({}), 1).functions.empty());
  }

  TEST_CASE("a scribbled count of entries costs neither memory nor time") {
    for (const TableKind kind : {TableKind::kText, TableKind::kFunctions, TableKind::kLines, TableKind::kThreads}) {
      CAPTURE(static_cast<int>(kind));
      LineBench bench;
      fill(bench);
      table_of(*bench.area, kind).count = 0xFFFFFFF0;
      CHECK(ends_within(10, kEnoughMemory, [&] { read_all(bench); }));
    }
  }

  TEST_CASE("a scribbled depth of a stack costs neither memory nor time") {
    LineBench bench(std::size_t{8} << 30);  // address space only, as in a real run
    fill(bench);
    bench.thread->entry->depth = 0xDEADBEEF;
    bench.thread->entry->capacity = 0xDEADBEEF;
    CHECK(ends_within(10, std::size_t{9} << 30, [&] { read_all(bench); }));
  }

  TEST_CASE("lists of processes that run in circles end") {
    LineBench bench;
    fill(bench);
    bench.area->previous = bench.arena.header().newest_process.load();
    CHECK(bench.arena.reader().processes().size() == 2);
    bench.area->previous = 12345;  // nothing there
    CHECK(bench.arena.reader().processes().size() == 2);
    bench.arena.header().newest_process = ~std::uint64_t{0} - 7;
    CHECK(bench.arena.reader().processes().empty());
  }

  TEST_CASE("thousands of random corruptions are read without a crash") {
    LineBench bench(std::size_t{1} << 18);
    fill(bench);
    check_corruptions(bench.arena, [&] { read_all(bench); });
  }

  TEST_CASE("functions that claim each other's lines have only their own") {
    LineBench bench(std::size_t{16} << 20);
    for (std::uint32_t i = 0; i < 10'000; ++i) {
      auto& code = bench.code("f" + std::to_string(i), i, {i, i + 1});
      bench.enter(1, code);
      bench.line(1, i, 1);
      bench.leave(1);
      code.entry->first_line_entry = 0;
      code.entry->line_entries = 0xFFFFFFFF;
    }
    CHECK(ends_within(20, kEnoughMemory, [&] {
      if (bench.table().functions.size() != 1) _exit(1);  // the first one's lines are where all look
    }));
  }

  TEST_CASE("figures beyond what a recording can say are held there") {
    LineBench bench;
    auto& f = bench.code("f", 1, {2});
    bench.enter(1, f);
    bench.line(1, 2, 3);
    bench.leave(1);
    f.lines[0].hits = ~std::uint64_t{0};
    f.lines[0].own_ticks = ~std::uint64_t{0};
    CHECK(bench.at("f", 2) == LineFigures{INT64_MAX, INT64_MAX});
  }
}
