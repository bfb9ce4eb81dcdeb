#include "harness/record/comparison.h"

#include <doctest/doctest.h>

#include "harness/record/alignment.h"
#include "harness/record/change.h"
#include "harness/record/merge.h"
#include "tests/support/failure.h"
#include "tests/support/recording_builder.h"

using pyharness::align;
using pyharness::AllocSites;
using pyharness::CallGraph;
using pyharness::compare;
using pyharness::Comparison;
using pyharness::Direction;
using pyharness::direction_of;
using pyharness::Figure;
using pyharness::judge;
using pyharness::merge_into;
using pyharness::Recording;
using pyharness::Subject;
using pyharness::testing::contains;
using pyharness::testing::failure_of;
using pyharness::testing::RecordingBuilder;

namespace {

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

/// The section's subjects of one kind.
std::vector<Subject> subjects(const Comparison& comparison, const char* section, Subject::Kind kind) {
  std::vector<Subject> found;
  REQUIRE(comparison.section(section) != nullptr);
  for (const Subject& subject : comparison.section(section)->subjects) {
    if (subject.kind == kind) found.push_back(subject);
  }
  return found;
}

Figure figure(const Subject& subject, const char* name) {
  REQUIRE(subject.figure(name) != nullptr);
  return *subject.figure(name);
}

constexpr auto kProgram = Subject::Kind::kProgram;
constexpr auto kFunction = Subject::Kind::kFunction;
constexpr auto kLine = Subject::Kind::kLine;

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
    const auto functions = subjects(comparison, "line", kFunction);
    REQUIRE(functions.size() == 1);
    CHECK(functions[0].file == "app.py");
    CHECK(figure(functions[0], "total_ns").change() == 15);
    CHECK(figure(functions[0], "hits").change() == 3);
    CHECK(figure(subjects(comparison, "line", kProgram).at(0), "hits").change() == 3);
    const auto lines = subjects(comparison, "line", kLine);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].base_line == 2);
    CHECK(lines[0].head_line == 3);
    CHECK(figure(lines[0], "hits").change() == 0);
    CHECK_FALSE(lines[1].base_line.has_value());
    CHECK(lines[1].text == "    new()");
    CHECK(figure(lines[2], "hits").change() == 2);
    CHECK(figure(lines[2], "time_ns").change() == 10);
    CHECK(direction_of(figure(lines[2], "hits")) == Direction::kWorse);
    CHECK(direction_of(figure(lines[2], "time_ns")) == Direction::kUntold);
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
    const auto program = subjects(comparison, "alloc", kProgram).at(0);
    CHECK(figure(program, "total_bytes").change() == 30);
    CHECK(figure(program, "peak_bytes").change() == 40);
    CHECK(figure(subjects(comparison, "alloc", kFunction).at(0), "total_bytes").head == 137);
    const auto lines = subjects(comparison, "alloc", kLine);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].text == "    a()");
    CHECK(lines[0].base_line == 2);
    CHECK(lines[0].head_line == 4);
    CHECK(figure(lines[0], "total_bytes").change() == 30);
    CHECK(figure(lines[0], "total_count").change() == 0);
    CHECK_FALSE(lines[1].head_line.has_value());
    CHECK_FALSE(figure(lines[2], "total_bytes").base.has_value());
  }

  TEST_CASE("functions of one name are told apart by their order, and what one side lacks is absent there") {
    const Recording base = RecordingBuilder().function({"/work/app.py", 1, "<lambda>"}, 1, 1, {{1, {1, 1}}}).build();
    const Recording head = RecordingBuilder()
                               .function({"/work/app.py", 1, "<lambda>"}, 1, 1, {{1, {2, 1}}})
                               .function({"/work/app.py", 9, "<lambda>"}, 9, 1, {{9, {5, 1}}})
                               .build();
    const auto functions = subjects(compare(base, head), "line", kFunction);
    REQUIRE(functions.size() == 2);
    CHECK(figure(functions[0], "hits").change() == 1);
    CHECK_FALSE(figure(functions[1], "total_ns").base.has_value());
    CHECK(figure(functions[1], "hits").change() == 5);
  }

  TEST_CASE("times are judged by the intervals of their runs") {
    CHECK_FALSE(judge({1, 2, 3}, {7, 8, 9}).told);  // too few
    CHECK(judge({1, 2, 3, 4}, {7, 8, 9, 10}).apart());
    CHECK_FALSE(judge({1, 2, 3, 7}, {7, 8, 9, 10}).apart());
    // One run in ten that was disturbed is outside the interval.
    const std::vector<double> ten{1, 2, 3, 4, 5, 6, 7, 8, 9, 100};
    CHECK(judge(ten, {11, 12, 13, 14, 15, 16, 17, 18, 19, 20}).apart());
    CHECK_FALSE(judge(ten, ten).apart());
  }

  TEST_CASE("runs that took turns are judged run by run") {
    const std::vector<double> drifting{10, 20, 30, 40, 50, 60};
    const std::vector<double> slower{11, 22, 33, 44, 55, 66};
    CHECK_FALSE(judge(drifting, slower).apart());
    CHECK(judge(drifting, slower, true).apart());
    CHECK_FALSE(judge(drifting, {9, 21, 29, 41, 49, 61}, true).apart());
    CHECK_FALSE(judge(drifting, {11, 22, 33, 44}, true).ratio.has_value());
  }

  TEST_CASE("of a timer the runs are compared") {
    RecordingBuilder before;
    RecordingBuilder after;
    for (std::uint64_t i = 0; i < 6; ++i) {
      before.timer_run(100 + i);
      after.timer_run(200 + i);
    }
    const auto program = subjects(compare(before.build(), after.build()), "timer", kProgram).at(0);
    CHECK(figure(program, "min_ns").change() == 100);
    CHECK(direction_of(figure(program, "min_ns")) == Direction::kWorse);
    CHECK(direction_of(figure(program, "peak_rss_bytes")) == Direction::kSame);
    const auto single =
        subjects(compare(RecordingBuilder().timer_run(1).build(), RecordingBuilder().timer_run(2).build()), "timer",
                 kProgram)
            .at(0);
    CHECK(direction_of(figure(single, "min_ns")) == Direction::kUntold);
  }

  TEST_CASE("named timers are compared by name") {
    const auto recording = [](const char* name, std::vector<std::uint64_t> times) {
      return RecordingBuilder().timer_run(5).named_timer(name, times).build();
    };
    const auto timers =
        subjects(compare(recording("load", {7, 7}), recording("load", {9, 9, 9})), "timer", Subject::Kind::kTimer);
    REQUIRE(timers.size() == 1);
    CHECK(figure(timers[0], "count").change() == 1);
    CHECK(direction_of(figure(timers[0], "count")) == Direction::kWorse);
    CHECK(figure(timers[0], "p99_ns").change() == 2);
    CHECK(direction_of(figure(timers[0], "p99_ns")) == Direction::kUntold);
    CHECK(subjects(compare(recording("a", {3}), recording("b", {3})), "timer", Subject::Kind::kTimer).size() == 2);
  }

  TEST_CASE("named timers of several runs are judged by their runs") {
    const auto recording = [](std::uint64_t slower) {
      Recording all = RecordingBuilder().timer_run(5).named_timer("load", {100, 110 + slower}).build();
      for (std::uint64_t run = 1; run < 6; ++run)
        merge_into(all, RecordingBuilder().timer_run(5).named_timer("load", {100 + run, 110 + run + slower}).build());
      return all;
    };
    const auto timer = subjects(compare(recording(0), recording(50)), "timer", Subject::Kind::kTimer).at(0);
    CHECK(direction_of(figure(timer, "p99_ns")) == Direction::kWorse);
    CHECK(direction_of(figure(timer, "min_ns")) == Direction::kSame);
    CHECK(direction_of(figure(timer, "count")) == Direction::kSame);
  }

  TEST_CASE("timed statements are compared with the one of the same text, or a single with a single") {
    using Statement = pyharness::TimeitStatements::Statement;
    const auto one = [](const char* text, std::vector<std::uint64_t> totals) {
      const std::uint64_t repeats = totals.size();
      return Statement{text, "pass", 10, std::move(totals), 0, {repeats}};
    };
    const Statement before = one("f(1)", {1000, 1010, 1020, 1030, 1040});
    const Statement after = one("f(2)", {2000, 2010, 2020, 2030, 2040});
    const auto single =
        subjects(compare(RecordingBuilder().statement(before).build(), RecordingBuilder().statement(after).build()),
                 "timeit", kProgram);
    REQUIRE(single.size() == 1);
    CHECK(figure(single[0], "best_ps").base == 100'000);
    CHECK(figure(single[0], "best_ps").change() == 100'000);
    CHECK(direction_of(figure(single[0], "median_ps")) == Direction::kWorse);

    const Comparison several = compare(RecordingBuilder().statement(before).statement(after).build(),
                                       RecordingBuilder().statement(after).statement(one("g()", {7, 8})).build());
    const auto statements = subjects(several, "timeit", Subject::Kind::kStatement);
    REQUIRE(statements.size() == 3);
    CHECK(statements[0].name == "f(2)");
    CHECK(direction_of(figure(statements[0], "best_ps")) == Direction::kSame);
    CHECK_FALSE(figure(statements[1], "best_ps").base.has_value());
    CHECK_FALSE(figure(statements[2], "best_ps").head.has_value());
  }

  TEST_CASE("of several processes each is one measurement of a statement") {
    using Statement = pyharness::TimeitStatements::Statement;
    const Statement few{"f()", "pass", 1, {1, 1, 1, 9, 9, 9}, 0, {3, 3}};
    const Statement slow{"f()", "pass", 1, {20, 20, 20, 30, 30, 30}, 0, {3, 3}};
    const auto statement =
        subjects(compare(RecordingBuilder().statement(few).build(), RecordingBuilder().statement(slow).build()),
                 "timeit", kProgram)
            .at(0);
    CHECK(direction_of(figure(statement, "best_ps")) == Direction::kUntold);  // two are too few
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
    const Comparison comparison = compare(base, head);
    const auto lines = subjects(comparison, "line", kLine);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].figures.size() == 2);
    CHECK(figure(lines[0], "time_ns").change() == 10);
    CHECK(figure(subjects(comparison, "line", kFunction).at(0), "total_ns").change() == 10);
  }

  TEST_CASE("calls are compared by function") {
    const CallGraph before{10, {{{"/work/app.py", 1, "f"}, {3, 3, 5, 10}}}, {}};
    const CallGraph after{
        12,
        {{{"/work/app.py", 4, "f"}, {5, 4, 6, 12}}, {{"~", 0, "<built-in method builtins.len>"}, {1, 1, 1, 1}}},
        {}};
    const Comparison comparison =
        compare(RecordingBuilder().calls(before).build(), RecordingBuilder().calls(after).build());
    const auto calls = subjects(comparison, "profile", kFunction);
    REQUIRE(calls.size() == 2);
    CHECK(calls[0].file == "app.py");
    CHECK(calls[0].head_line == 4);
    CHECK(figure(calls[0], "calls").change() == 2);
    CHECK(figure(calls[0], "primitive_calls").change() == 1);
    CHECK(figure(calls[0], "self_ns").change() == 1);
    CHECK(calls[1].file.empty());
    CHECK_FALSE(figure(calls[1], "calls").base.has_value());
    const auto changes = changes_of(comparison);
    CHECK(changes.at(0).subject->kind == kProgram);
  }

  TEST_CASE("the scripts that ran are compared with each other, whatever they are called") {
    const auto run = [](const char* script, const char* function, std::uint64_t calls) {
      const std::string file = std::string("/work/") + script;
      const CallGraph graph{10, {{{file, 1, "f"}, {calls, calls, 5, 10}}, {{file, 9, function}, {1, 1, 5, 10}}}, {}};
      return RecordingBuilder().target(std::string("./") + script).calls(graph).build();
    };
    const auto calls = subjects(compare(run("old.py", "gone", 3), run("new.py", "added", 4)), "profile", kFunction);
    REQUIRE(calls.size() == 3);
    CHECK(calls[0].file == "new.py");
    CHECK(figure(calls[0], "calls").change() == 1);
    CHECK(calls[1].name == "gone");
    CHECK(calls[1].file == "old.py");
    CHECK(calls[2].name == "added");
    CHECK(calls[2].file == "new.py");

    const auto timed = [](const char* script, const char* timer, const char* other) {
      return RecordingBuilder().target(script).timer_run(5).named_timer(timer, {7}).named_timer(other, {7}).build();
    };
    const auto timers = subjects(compare(timed("old.py", "old:f", "old:g"), timed("new.py", "new:f", "lib:g")), "timer",
                                 Subject::Kind::kTimer);
    REQUIRE(timers.size() == 3);
    CHECK(timers[0].name == "lib:g");
    CHECK(figure(timers[1], "total_ns").change() == 0);
    CHECK(timers[1].name == "new:f");
    CHECK(timers[2].name == "old:g");
  }

  TEST_CASE("sides of other numbers of runs are compared by run") {
    const CallGraph once{10, {{{"/work/app.py", 1, "f"}, {3, 3, 5, 10}}}, {}};
    const CallGraph twice{20, {{{"/work/app.py", 1, "f"}, {6, 6, 10, 20}}}, {}};
    const Comparison comparison = compare(RecordingBuilder().timer_run(1).calls(once).build(),
                                          RecordingBuilder().timer_run(1).timer_run(2).calls(twice).build());
    CHECK(figure(subjects(comparison, "profile", kFunction).at(0), "calls").change() == 0);
    // An average that is no whole number is a change too.
    const CallGraph rare{20, {{{"/work/app.py", 1, "f"}, {7, 6, 10, 20}}}, {}};
    const Comparison more = compare(RecordingBuilder().timer_run(1).calls(once).build(),
                                    RecordingBuilder().timer_run(1).timer_run(2).calls(rare).build());
    CHECK(direction_of(figure(subjects(more, "profile", kFunction).at(0), "calls")) == Direction::kWorse);
  }

  TEST_CASE("of merged recordings only the runs that recorded a section count for it") {
    const auto lines = [](std::int64_t hits) {
      return RecordingBuilder().function({"/work/app.py", 1, "f"}, 2, 10, {{2, {hits, 10}}}).build();
    };
    Recording mixed = lines(6);
    mixed.run.merged_from = {{"a", {"x"}, "1", "cpu", 3, "app.py", "3.11.2", {"line"}},
                             {"b", {"x"}, "2", "cpu", 2, "app.py", "3.11.3", {"timer"}}};
    const Comparison comparison = compare(mixed, lines(2));
    CHECK(figure(subjects(comparison, "line", kLine).at(0), "hits").change() == 0);
    CHECK(contains(comparison.warnings.front(), "BASE: They are of different Pythons: 3.11.2, 3.11.3."));
    mixed.run.merged_from[1] = mixed.run.merged_from[0];
    CHECK(contains(compare(mixed, lines(2)).warnings.front(), "same recording, which counts twice"));
  }

  TEST_CASE("a figure changed only where its runs moved as it did") {
    const auto side = [](std::initializer_list<std::uint64_t> times) {
      RecordingBuilder builder;
      for (const std::uint64_t time : times) builder.timer_run(time);
      return builder.build();
    };
    // Slower by all but one lucky run.
    const auto program = subjects(compare(side({100, 101, 102, 103, 104, 105, 106, 107, 108, 109}),
                                          side({60, 201, 202, 203, 204, 205, 206, 207, 208, 209})),
                                  "timer", kProgram)
                             .at(0);
    CHECK(direction_of(figure(program, "min_ns")) == Direction::kSame);
    CHECK(direction_of(figure(program, "median_ns")) == Direction::kWorse);
  }

  TEST_CASE("runs that failed are in no figure over runs") {
    Recording head = RecordingBuilder().timer_run(100).timer_run(101).timer_run(3).build();
    std::get<pyharness::TimerRuns>(head.sections[0].data).runs.back().failed = true;
    head.run.ending = {7, {}};
    head.run.forks = true;
    const Comparison comparison = compare(RecordingBuilder().timer_run(100).build(), head);
    CHECK(figure(subjects(comparison, "timer", kProgram).at(0), "min_ns").change() == 0);
    CHECK(contains(comparison.warnings.front(), "HEAD failed: it exited with status 7."));
    CHECK(contains(comparison.warnings.at(1), "HEAD has --isolate=fork, BASE has not"));
  }

  TEST_CASE("figures as large as a recording may hold stay what they are") {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
    const auto program =
        subjects(compare(RecordingBuilder().timer_run(1).build(), RecordingBuilder().timer_run(kMost - 1).build()),
                 "timer", kProgram)
            .at(0);
    CHECK(figure(program, "min_ns").change() > 9e18);
    CHECK(pyharness::value_text(figure(program, "min_ns").head, pyharness::Unit::kNanoseconds)[0] != '-');
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
    CHECK(contains(compare(lines, lines).warnings.at(0), "PYTHONHASHSEED"));
    const Recording seeded = RecordingBuilder().no_function().with([](auto& run) { run.hash_seed = "0"; }).build();
    CHECK(compare(seeded, seeded).warnings.empty());
    CHECK_FALSE(compare(seeded, lines).warnings.empty());
  }
}
