#include "harness/record/comparison.h"

#include <doctest/doctest.h>

#include "tests/support/failure.h"
#include "tests/support/recording_builder.h"

using pyharness::align;
using pyharness::AllocSites;
using pyharness::CallGraph;
using pyharness::compare;
using pyharness::Comparison;
using pyharness::Recording;
using pyharness::testing::contains;
using pyharness::testing::failure_of;
using pyharness::testing::RecordingBuilder;

namespace {

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

}  // namespace

TEST_SUITE("comparing") {
  TEST_CASE("alignment finds a longest common subsequence") {
    CHECK(align({}, {}).empty());
    CHECK(align({"a"}, {}).empty());
    CHECK(align({"a", "b", "c"}, {"a", "b", "c"}) == Pairs{{0, 0}, {1, 1}, {2, 2}});
    CHECK(align({"a", "b", "c", "d"}, {"a", "x", "c", "d"}) == Pairs{{0, 0}, {2, 2}, {3, 3}});
    CHECK(align({"a", "b", "c", "a", "b", "b", "a"}, {"c", "b", "a", "b", "a", "c"}).size() ==
          4);  // the textbook's example
    CHECK(align({"x", "x", "x"}, {"x"}).size() == 1);
  }

  TEST_CASE("lines are aligned by their text, so that code that only moved compares equal") {
    const Recording base = RecordingBuilder()
                               .source("/work/app.py", {"def f():", "    a()", "    b()"})
                               .function({"/work/app.py", 1, "f"}, 3, 30, {{2, {1, 10}}, {3, {1, 20}}})
                               .build();
    Recording head = RecordingBuilder()
                         .source("/other/app.py", {"# new", "def f():", "    a()", "    new()", "    b()"})
                         .function({"/other/app.py", 2, "f"}, 5, 45, {{3, {1, 10}}, {4, {1, 5}}, {5, {3, 30}}})
                         .build();
    head.run.root = "/other";
    const Comparison comparison = compare(base, head);
    REQUIRE(comparison.line_tables.size() == 1);
    REQUIRE(comparison.line_tables[0].functions.size() == 1);
    const Comparison::Function& f = comparison.line_tables[0].functions[0];
    CHECK(f.file == "app.py");
    CHECK(f.total_ns.change() == 15);
    REQUIRE(f.lines.size() == 3);
    CHECK(f.lines[0].base_line == 2);
    CHECK(f.lines[0].head_line == 3);
    CHECK(f.lines[0].figures[0].change() == 0);
    CHECK_FALSE(f.lines[1].base_line.has_value());
    CHECK(f.lines[1].text == "    new()");
    CHECK(f.lines[2].figures[0].change() == 2);
    CHECK(f.lines[2].figures[1].change() == 10);
  }

  TEST_CASE("allocation sites are aligned by the text of their lines") {
    const AllocSites before{
        {{{"/work/app.py", 2, "f"}, 0, 0, 100, 4, 50, 2, 0}, {{"/work/app.py", 3, "f"}, 7, 1, 7, 1, 7, 1, 0}}};
    AllocSites after = before;
    after.sites[0].key.line = 4;
    after.sites[0].total_bytes = 130;
    after.sites[0].peak_bytes = 90;
    after.sites[1].key.line = 5;
    const Recording base =
        RecordingBuilder().source("/work/app.py", {"def f():", "    a()", "    b()"}).alloc(before).build();
    const Recording head =
        RecordingBuilder().source("/work/app.py", {"", "", "def f():", "    a()", "    c()"}).alloc(after).build();
    const Comparison comparison = compare(base, head);
    REQUIRE(comparison.alloc.has_value());
    CHECK(comparison.alloc->total_bytes.change() == 30);
    CHECK(comparison.alloc->peak_bytes.change() == 40);
    REQUIRE(comparison.alloc->sites.size() == 3);
    const Comparison::Site& a = comparison.alloc->sites[0];
    CHECK(a.text == "    a()");
    CHECK(a.base_line == 2);
    CHECK(a.head_line == 4);
    CHECK(a.total_bytes.change() == 30);
    CHECK(a.total_count.change() == 0);
    CHECK_FALSE(comparison.alloc->sites[1].head_line.has_value());
    CHECK_FALSE(comparison.alloc->sites[2].total_bytes.base.has_value());
  }

  TEST_CASE("functions of one name are told apart by their order, and what one side lacks is absent there") {
    const Recording base = RecordingBuilder().function({"/work/app.py", 1, "<lambda>"}, 1, 1, {{1, {1, 1}}}).build();
    const Recording head = RecordingBuilder()
                               .function({"/work/app.py", 1, "<lambda>"}, 1, 1, {{1, {2, 1}}})
                               .function({"/work/app.py", 9, "<lambda>"}, 9, 1, {{9, {5, 1}}})
                               .build();
    const auto functions = compare(base, head).line_tables[0].functions;
    REQUIRE(functions.size() == 2);
    CHECK(functions[0].lines[0].figures[0].change() == 1);
    CHECK_FALSE(functions[1].total_ns.base.has_value());
    CHECK(functions[1].lines[0].figures[0].change() == 5);
  }

  TEST_CASE("timers are apart only where their intervals do not overlap") {
    const Recording base = RecordingBuilder().timer_run(100).timer_run(120).build();
    CHECK_FALSE(compare(base, RecordingBuilder().timer_run(115).timer_run(150).build()).timer->apart);
    const auto slower = compare(base, RecordingBuilder().timer_run(121).timer_run(150).build());
    CHECK(slower.timer->apart);
    CHECK(slower.timer->min_ns.change() == 21);
    CHECK(slower.timer->base_runs == 2);
    CHECK(compare(base, RecordingBuilder().timer_run(50).build()).timer->apart);
  }

  TEST_CASE("of line tables the columns are compared that both have, over all threads") {
    const Recording base = RecordingBuilder()
                               .function({"/work/app.py", 1, "f"}, 2, 10, {{2, {1, 10}}})
                               .on_thread(5)
                               .function({"/work/app.py", 1, "f"}, 2, 20, {{2, {2, 20}}})
                               .on_thread(6)
                               .build();
    const Recording head = RecordingBuilder()
                               .optional_column("own_ns")
                               .function({"/work/app.py", 1, "f"}, 2, 40, {{2, {3, 40, 7}}})
                               .on_thread(99)
                               .build();
    const auto lines = compare(base, head).line_tables.at(0);
    CHECK(lines.columns.size() == 2);
    REQUIRE(lines.functions.size() == 1);
    CHECK(lines.functions[0].total_ns.change() == 10);
    CHECK(lines.functions[0].lines.at(0).figures.at(1).change() == 10);
  }

  TEST_CASE("calls are compared by function") {
    const CallGraph before{10, {{{"/work/app.py", 1, "f"}, {3, 3, 5, 10}}}, {}};
    const CallGraph after{
        12,
        {{{"/work/app.py", 4, "f"}, {5, 4, 6, 12}}, {{"~", 0, "<built-in method builtins.len>"}, {1, 1, 1, 1}}},
        {}};
    const auto calls = compare(RecordingBuilder().calls(before).build(), RecordingBuilder().calls(after).build()).calls;
    REQUIRE(calls.size() == 2);
    CHECK(calls[0].file == "app.py");
    CHECK(calls[0].calls.change() == 2);
    CHECK(calls[0].primitive_calls.change() == 1);
    CHECK(calls[0].self_ns.change() == 1);
    CHECK_FALSE(calls[1].calls.base.has_value());
  }

  TEST_CASE("what cannot be compared is refused, what is hard to compare is warned of") {
    const Recording lines = RecordingBuilder().no_function().build();
    const Recording timer = RecordingBuilder().timer_run(1).build();
    CHECK(contains(failure_of([&] { compare(lines, timer); }), "no mode in common"));
    const Recording other_clock =
        RecordingBuilder().timer_run(1).with([](auto& run) { run.clock_source = "clock_monotonic"; }).build();
    CHECK(contains(failure_of([&] { compare(timer, other_clock); }), "clock"));
    const Recording elsewhere =
        RecordingBuilder().timer_run(1).with([](auto& run) { run.host_cpu = "Other CPU"; }).build();
    const auto warnings = compare(timer, elsewhere).warnings;
    REQUIRE(warnings.size() == 1);
    CHECK(contains(warnings[0], "Other CPU"));
  }
}
