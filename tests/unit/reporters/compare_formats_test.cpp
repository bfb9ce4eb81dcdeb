#include <doctest/doctest.h>

#include "harness/record/comparison.h"
#include "reporters/compare/comparison_reporter.h"
#include "tests/support/failure.h"
#include "tests/support/golden.h"
#include "tests/support/recording_builder.h"

using pyharness::check_gate;
using pyharness::compare;
using pyharness::Comparison;
using pyharness::comparison_reporters;
using pyharness::find_comparison_reporter;
using pyharness::parse_gate;
using pyharness::Recording;
using pyharness::ReportStyle;
using pyharness::testing::check_golden;
using pyharness::testing::contains;
using pyharness::testing::RecordingBuilder;

namespace {

/// Of six runs, with that many hits of the line in each.
Recording side(std::uint64_t first, std::int64_t hits, const std::string& line) {
  RecordingBuilder builder;
  builder.source("/work/a,b:c.py", {"def f():", "    x", line});
  builder.function({"/work/a,b:c.py", 1, "f<&\"|>"}, 3, 30, {{2, {6, 60}}, {3, {6 * hits, 120}}});
  for (std::uint64_t i = 0; i < 6; ++i) builder.timer_run(first + i * 1000);
  return builder.build();
}

Comparison example() {
  Comparison comparison = compare(side(1'000'000, 5, "    y"), side(1'200'000, 7, "    y"));
  comparison.base.files = {"base.json"};
  comparison.head.files = {"head%.json"};
  for (const char* gate : {"timer.min>+5%", "line[a,b:c.py:3].hits>+0", "line.hits>100"})
    comparison.gates.push_back(check_gate(parse_gate(gate), comparison));
  return comparison;
}

std::string rendered(const char* format, const Comparison& comparison, const ReportStyle& style = {}) {
  return find_comparison_reporter(format)->render(comparison, style);
}

}  // namespace

TEST_SUITE("formats of comparisons") {
  TEST_CASE("each looks as it did") {
    ReportStyle narrow;
    narrow.width = 80;
    check_golden("compare.txt", rendered("text", example(), narrow));
    check_golden("compare.md", rendered("markdown", example()));
    check_golden("compare.csv", rendered("csv", example()));
    check_golden("compare.json", rendered("json", example()));
    check_golden("compare.junit.xml", rendered("junit", example()));
    check_golden("compare.github", rendered("github", example()));
  }

  TEST_CASE("the first line says what matters") {
    const Comparison better = compare(side(1'000'000, 7, "    y"), side(1'000'000, 5, "    y"));
    CHECK(rendered("text", better).starts_with("Better: line.hits 8 -> 6 (-25.0 %) and 1 more."));
    const Comparison same = compare(side(1'000'000, 7, "    y"), side(1'000'000, 7, "    y"));
    CHECK(rendered("text", same).starts_with("Same: nothing changed"));
    Comparison passed = same;
    passed.gates.push_back(check_gate(parse_gate("line.hits>+0"), same));
    CHECK(rendered("text", passed).starts_with("Passed, none of 1 gate holds. Same"));
    CHECK(rendered("text", example()).starts_with("Failed, 2 of 3 gates hold: timer.min_ns "));
  }

  TEST_CASE("what a workflow command has marks for is escaped, and no command can be smuggled in") {
    Comparison comparison = compare(side(1, 1, "    y"), side(1, 2, "    y\n::error::x"));
    comparison.warnings = {"100%\n::error::x"};
    comparison.gates.push_back(check_gate(parse_gate("line.hits>+0"), comparison));
    const std::string text = rendered("github", comparison);
    CHECK(contains(text, "100%25\\x0a::error::x"));
    CHECK_FALSE(contains(text, "\n::error::x"));
    CHECK(contains(rendered("github", example()), "file=a%2Cb%3Ac.py,line=3,"));
  }

  TEST_CASE("hostile names break no format") {
    const std::string hostile = "\x1b[31m\xff\xEF\xBF\xBF]]>\n<x>";
    Comparison comparison =
        compare(RecordingBuilder().function({"/work/" + hostile, 1, hostile}, 3, 1, {{1, {1, 1}}}).build(),
                RecordingBuilder().function({"/work/" + hostile, 1, hostile}, 3, 1, {{1, {2, 1}}}).build());
    comparison.gates.push_back(check_gate(parse_gate("line[*].hits>+0"), comparison));
    for (const auto& reporter : comparison_reporters()) {
      const std::string text = reporter.render(comparison, {});
      CHECK_FALSE(contains(text, "\x1b"));
      if (reporter.name == "junit") CHECK_FALSE(contains(text, "<x>"));
    }
  }
}
