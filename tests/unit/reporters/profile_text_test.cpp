// The profile in the text report against golden files. That figures and order are pstats' own: tests/peers.
#include <doctest/doctest.h>

#include <sstream>

#include "harness/base/words.h"
#include "reporters/reporter.h"
#include "tests/support/ends_within.h"
#include "tests/support/failure.h"
#include "tests/support/golden.h"
#include "tests/support/recording_builder.h"
#include "tests/support/rendered.h"

using pyharness::CallGraph;
using pyharness::Recording;
using pyharness::ReportStyle;
using pyharness::testing::check_golden;
using pyharness::testing::contains;
using pyharness::testing::RecordingBuilder;
using pyharness::testing::text_of;

namespace {

constexpr std::uint64_t kMs = 1'000'000;

CallGraph plain_graph() {
  return {1000 * kMs,
          {{{"~", 0, "<built-in method builtins.exec>"}, {1, 1, 0, 1000 * kMs}},
           {{"/work/app.py", 1, "<module>"}, {1, 1, 30 * kMs, 1000 * kMs}},
           {{"/work/app.py", 20, "main"}, {1, 1, 20 * kMs, 970 * kMs}},
           {{"/work/pkg/numbers.py", 3, "fib"}, {2'692'537, 1, 650 * kMs, 650 * kMs}},
           {{"/usr/lib/python3.11/json/decoder.py", 332, "JSONDecoder.decode"}, {200, 200, 200 * kMs, 260 * kMs}},
           {{"/usr/lib/python3.11/json/__init__.py", 299, "loads"}, {200, 200, 2 * kMs, 262 * kMs}},
           {{"~", 0, "<method 'append' of 'list' objects>"}, {5000, 5000, 60 * kMs, 60 * kMs}},
           {{"/work/app.py", 31, "outer.<locals>.<lambda>"}, {0, 0, 38 * kMs, 38 * kMs}}},
          {{0, 1, {1, 1, 30 * kMs, 1000 * kMs}},
           {1, 2, {1, 1, 20 * kMs, 970 * kMs}},
           {2, 3, {1, 1, 5 * kMs, 650 * kMs}},
           {3, 3, {2'692'536, 0, 645 * kMs, 645 * kMs}},
           {2, 5, {200, 200, 2 * kMs, 262 * kMs}},
           {5, 4, {200, 200, 200 * kMs, 260 * kMs}},
           {4, 6, {4000, 4000, 50 * kMs, 50 * kMs}},
           {2, 6, {1000, 1000, 10 * kMs, 10 * kMs}}}};
}

Recording plain() { return RecordingBuilder().calls(plain_graph()).build(); }

// Functions with one call each, the first with the most time.
Recording many(std::uint32_t count) {
  CallGraph graph;
  for (std::uint32_t i = 0; i < count; ++i)
    graph.functions.push_back({{"/work/app.py", i + 1, "f" + std::to_string(i)}, {1, 1, (count - i) * kMs, kMs}});
  for (std::uint32_t i = 0; i < count * 6; ++i)
    graph.edges.push_back({i % count, (i + i / count) % count, {1, 1, 1, 1}});
  return RecordingBuilder().calls(std::move(graph)).build();
}

std::size_t lines_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::size_t widest(const std::string& text) {
  std::size_t columns = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) columns = std::max(columns, pyharness::display_width(line));
  return columns;
}

ReportStyle with_tables(std::size_t width) {
  ReportStyle style;
  style.width = width;
  style.callers = "append|fib";
  style.callees = "main|fib";
  return style;
}

}  // namespace

TEST_SUITE("profile text") {
  TEST_CASE("at 80 columns") { check_golden("profile.txt", text_of(plain())); }

  TEST_CASE("without a width, by cumulative time") {
    ReportStyle style;
    style.width = 0;
    style.sort = "cumulative";
    check_golden("profile_wide.txt", text_of(plain(), style));
  }

  TEST_CASE("in colours, two rows, microseconds") {
    ReportStyle style;
    style.color = true;
    style.top = 2;
    style.unit = "us";
    check_golden("profile_color.txt", text_of(plain(), style));
  }

  TEST_CASE("callers and callees, at 80 columns and without a width") {
    check_golden("profile_calls.txt", text_of(plain(), with_tables(80)));
    check_golden("profile_calls_wide.txt", text_of(plain(), with_tables(0)));
  }

  TEST_CASE("rows: as many as people look at, or as many as they ask for") {
    const Recording recording = many(100);
    const auto rows = [&](const ReportStyle& style) { return lines_of(text_of(recording, style), " app.py:"); };
    ReportStyle style;
    style.width = 0;
    CHECK(rows(style) == 30 + 1);  // and the sentence at the top
    style.top = 7;
    CHECK(rows(style) == 7 + 1);
    CHECK(contains(text_of(recording, style), "List reduced from 100 to 7 due to restriction <7>"));
    CHECK(contains(text_of(recording, style), "93 more functions"));
    style.top = 0;
    CHECK(rows(style) == 100 + 1);
    CHECK_FALSE(contains(text_of(recording, style), "List reduced"));
    CHECK_FALSE(contains(text_of(recording, style), "more function"));
  }

  TEST_CASE("the sentence at the top names no second function that says nothing") {
    CHECK_FALSE(contains(text_of(many(1)), "Longest, with what it calls"));
    CHECK(contains(text_of(plain()), "Longest, with what it calls: app.py:20(main)"));
  }

  TEST_CASE("no call, no time, no match") {
    CHECK(contains(text_of(RecordingBuilder().calls({}).build()), "no watched function was called"));
    CHECK_FALSE(
        contains(text_of(RecordingBuilder().calls({0, {{{"a.py", 1, "f"}, {0, 0, 0, 0}}}, {}}).build()), "nan"));
    ReportStyle style;
    style.callers = "nosuch";
    CHECK(contains(text_of(plain(), style), "No function matches --callers=nosuch."));
  }

  TEST_CASE("no line is wider than the terminal, whatever the figures are") {
    CallGraph graph = plain_graph();
    graph.functions[3].costs = {123'456'789'012, 98'765'432'109, 86'400'000 * kMs, 86'400'000 * kMs};
    graph.functions[2].key.name = std::string(200, 'x') + "\n\x1b[31m";
    const Recording recording = RecordingBuilder().calls(graph).build();
    for (const std::size_t width : {80, 100, 132}) {
      CAPTURE(width);
      const std::string text = text_of(recording, with_tables(width));
      CHECK(widest(text) <= width);
      CHECK_FALSE(contains(text, "\x1b"));
    }
    CHECK_NOTHROW(text_of(recording, with_tables(1)));
  }

  TEST_CASE("fifty thousand functions are written in reasonable time") {
    const Recording recording = many(50'000);
    CHECK(pyharness::testing::ends_within(20, std::size_t{1} << 30, [&] {
      text_of(recording, with_tables(80));
      pyharness::testing::rendered("pstats", recording);
    }));
  }
}
