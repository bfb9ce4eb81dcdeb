// Formats for other programs that are text, against golden files; that these programs read them is in tests/peers.
#include <doctest/doctest.h>

#include "reporters/csv/csv_table.h"
#include "reporters/markdown/markdown_text.h"
#include "reporters/reporter.h"
#include "tests/support/failure.h"
#include "tests/support/golden.h"
#include "tests/support/recording_builder.h"
#include "tests/support/rendered.h"

using pyharness::code_block;
using pyharness::code_span;
using pyharness::Recording;
using pyharness::testing::check_golden;
using pyharness::testing::contains;
using pyharness::testing::failure_of;
using pyharness::testing::RecordingBuilder;
using pyharness::testing::rendered;

namespace {

RecordingBuilder lines() {
  return RecordingBuilder()
      .source("/work/app.py", {"@profile", "def f(a, b):", "    return a | b, '`\"`'", "", "f(1, 2)"})
      .optional_column("own_ns")
      .function({"/work/app.py", 1, "f"}, 3, 600'000, {{3, {10, 600'000, 600'000}}})
      .on_thread(77)
      .function({"/work/app.py", 1, "f"}, 3, 300'000, {{3, {5, 300'000, 300'000}}})
      .on_thread(78)
      .function({"/work/app.py", 1, "<module>"}, 5, 1'000'000, {{1, {1, 5'000, 5'000}}, {5, {1, 995'000, 95'000}}})
      .on_thread(77)
      .timer_run(1'000'000);
}

RecordingBuilder calls() {
  const pyharness::FunctionKey lambda{"/work/app.py", 3, "<lambda>"};
  const pyharness::FunctionKey other{"/work/app.py", 9, "<lambda>"};
  return RecordingBuilder().calls({1'000'000,
                                   {{{"/work/app.py", 1, "<module>"}, {1, 1, 100'000, 1'000'000}},
                                    {lambda, {9, 1, 600'000, 700'000}},
                                    {other, {2, 2, 200'000, 200'000}},
                                    {{"~", 0, "<built-in method builtins.len>"}, {9, 9, 100'000, 100'000}},
                                    {{"/work/lib.py", 1, "open"}, {0, 0, 0, 0}}},
                                   {{1, 3, {9, 9, 100'000, 100'000}},
                                    {0, 1, {1, 1, 600'000, 700'000}},
                                    {1, 1, {8, 0, 500'000, 550'000}},
                                    {0, 2, {2, 2, 200'000, 200'000}},
                                    {0, 4, {0, 0, 0, 5}}}});
}

RecordingBuilder allocations() {
  return RecordingBuilder()
      .source("/work/app.py", {"x = [0] * 1000"})
      .alloc({{{{"/work/app.py", 1, "<module>"}, 0, 0, 8'056, 1, 8'056, 1, 0},
               {{"~", 0, "<outside of Python code>"}, 10, 1, 20, 2, 10, 1, 1}}});
}

}  // namespace

TEST_SUITE("CSV") {
  TEST_CASE("a row for each line, exactly as recorded") { check_golden("lines.csv", rendered("csv", lines().build())); }

  TEST_CASE("of several sections a table each, without the timer's") {
    const auto recording = calls().alloc({{{{"/work/app.py", 1, "f"}, 1, 2, 3, 4, 5, 6, 7}}}).timer_run(5).build();
    check_golden("calls_and_alloc.csv", rendered("csv", recording));
  }

  TEST_CASE("the timer's where there is no other") {
    check_golden("timer.csv", rendered("csv", RecordingBuilder().timer_run(5).timer_run(6).build()));
    CHECK_FALSE(failure_of([] { rendered("csv", RecordingBuilder().build()); }).empty());
  }

  TEST_CASE("cells are quoted where they must be, and never a formula or several lines") {
    const auto cell = [](std::string_view text) {
      pyharness::CsvTable csv;
      csv.cell(text);
      return csv.text();
    };
    CHECK(cell("plain text") == "plain text");
    CHECK(cell("a,b") == "\"a,b\"");
    CHECK(cell("say \"a\"") == "\"say \"\"a\"\"\"");
    CHECK(cell("a\r\nb") == "a\\x0d\\x0ab");
    CHECK(cell("=1+1") == "'=1+1");
    CHECK(cell("@SUM(1,2)") == "\"'@SUM(1,2)\"");
    CHECK(cell("+1") == "'+1");
    CHECK(cell("-1") == "'-1");
    CHECK(cell("\t=1") == "'\t=1");
    CHECK(cell("") == "");
  }
}

TEST_SUITE("Markdown") {
  TEST_CASE("hot lines first, then functions") {
    check_golden("lines.md", rendered("markdown", lines().build()));
    CHECK(contains(rendered("markdown", RecordingBuilder().no_function().build()), "No watched code ran."));
  }

  TEST_CASE("calls, memory, losses and the rows that --top asks for") {
    pyharness::ReportStyle style;
    style.top = 1;
    style.color = true;
    style.width = 20;
    const auto recording =
        calls().alloc(*allocations().build().find<pyharness::AllocSites>("alloc")).loss("arena_bytes_refused", 5);
    check_golden("calls_and_alloc.md", rendered("markdown", recording.build(), style));
  }

  TEST_CASE("text of the program is code, whatever is in it") {
    CHECK(code_span("a = b") == "`a = b`");
    CHECK(code_span("a | b") == "`a \\| b`");
    CHECK(code_span("`a`") == "`` `a` ``");
    CHECK(code_span("x``y") == "```x``y```");
    CHECK(code_span("a\\|b") == "<code>a&#92;&#124;b</code>");
    CHECK(code_span("a\n<b>") == "`a\\x0a<b>`");
    CHECK(code_span("").empty());
    CHECK(code_span("  ").empty());
    CHECK(code_span(std::string(200, 'x')).size() == 82);
    CHECK(code_block("```\n````\n\n") == "`````text\n```\n````\n`````\n");
  }
}

TEST_SUITE("callgrind") {
  TEST_CASE("lines with own time and hits, all threads together") {
    check_golden("lines.callgrind", rendered("callgrind", lines().build()));
  }

  TEST_CASE("time with calls is another event") {
    const auto recording = RecordingBuilder().function({"/a.py", 1, "f"}, 2, 5, {{2, {1, 5}}}).build();
    CHECK(contains(rendered("callgrind", recording), "events: NanosecondsWithCalls Hits\n"));
  }

  TEST_CASE("functions and calls; those that are alike in file and name have their line") {
    check_golden("calls.callgrind", rendered("callgrind", calls().build()));
  }

  TEST_CASE("names that would end a line, be a number or be nothing") {
    const auto text = rendered("callgrind", RecordingBuilder()
                                                .function({"", 1, "a\nfn=(9) b"}, 2, 5, {{2, {1, 5}}})
                                                .function({"(2) x", 1, ""}, 2, 5, {{2, {1, 5}}})
                                                .build());
    CHECK(contains(text, "fl=(1) ?\nfn=(1) a\\x0afn=(9) b\n"));
    CHECK(contains(text, "fl=(2) (2) x\nfn=(2) ?\n"));
    CHECK_FALSE(failure_of([] { rendered("callgrind", RecordingBuilder().build()); }).empty());
  }
}

TEST_SUITE("lprof") {
  TEST_CASE("functions that the file cannot tell apart are one, lines that never ran are none") {
    const auto one = rendered(
        "lprof", RecordingBuilder().function({"/a.py", 1, "f\xff"}, 2, 5, {{2, {3, 50}}, {3, {0, 0}}}).build());
    CHECK(contains(one, "line_profiler._line_profiler"));
    CHECK(contains(one,
                   "(K\x02K\x03K\x32\x87"
                   "e"));
    CHECK(one == rendered("lprof", RecordingBuilder()
                                       .function({"/a.py", 1, "f\xfe"}, 2, 5, {{2, {1, 20}}})
                                       .function({"/a.py", 1, "f\xff"}, 2, 5, {{2, {2, 30}}})
                                       .build()));
    CHECK_FALSE(failure_of([] { rendered("lprof", RecordingBuilder().build()); }).empty());
  }
}
