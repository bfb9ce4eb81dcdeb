#include <doctest/doctest.h>

#include <limits>

#include "harness/record/merge.h"
#include "tests/support/ends_within.h"
#include "tests/support/failure.h"
#include "tests/support/recording_builder.h"

using pyharness::LineTable;
using pyharness::merge_into;
using pyharness::Recording;
using pyharness::TimerRuns;
using pyharness::testing::RecordingBuilder;

namespace {

RecordingBuilder one_function(std::int64_t hits, std::int64_t time_ns) {
  return RecordingBuilder().function({"/work/app.py", 1, "f"}, 3, static_cast<std::uint64_t>(time_ns),
                                     {{2, {hits, time_ns}}});
}

Recording merged(Recording a, const Recording& b) {
  merge_into(a, b);
  return a;
}

}  // namespace

TEST_SUITE("merging") {
  TEST_CASE("hits and times of the same line add, other lines and functions are joined in order") {
    Recording both = merged(one_function(1, 10).build(),
                            RecordingBuilder()
                                .function({"/work/app.py", 1, "f"}, 4, 30, {{1, {1, 1}}, {2, {2, 20}}, {4, {1, 5}}})
                                .function({"/work/app.py", 0, "a"}, 1, 7, {{1, {1, 7}}})
                                .build());
    const auto* table = both.find<LineTable>("line");
    REQUIRE(table->functions.size() == 2);
    CHECK(table->functions[0].key.name == "a");
    const auto& f = table->functions[1];
    CHECK(f.total_ns == 40);
    CHECK(f.last_line == 4);
    CHECK(f.engine == "trace");
    REQUIRE(f.rows.size() == 3);
    CHECK(f.rows[1].line == 2);
    CHECK(f.rows[1].values == std::vector<std::int64_t>{3, 30});
  }

  TEST_CASE("maxima are maxima") {
    const std::vector<pyharness::Column> columns{
        {"hits", pyharness::Unit::kCount, pyharness::MergeRule::kAdd},
        {"rss_bytes", pyharness::Unit::kBytes, pyharness::MergeRule::kMaximum}};
    LineTable a{columns, {{{"/a.py", 1, "f"}, 2, "", {}, {{2, {1, 500}}}}}};
    const LineTable b{columns, {{{"/a.py", 1, "f"}, 2, "", {}, {{2, {1, 300}}}}}};
    merge_into(a, b);
    CHECK(a.functions[0].rows[0].values == std::vector<std::int64_t>{2, 500});
    CHECK_FALSE(a.functions[0].total_ns.has_value());
  }

  TEST_CASE("tables with other columns do not merge") {
    LineTable a{pyharness::line_table_columns("line"), {}};
    const LineTable b{{{"hits"}}, {}};
    CHECK_FALSE(pyharness::testing::failure_of([&] { merge_into(a, b); }).empty());
  }

  TEST_CASE("of optional columns those stay that both have; a table without rows lacks none") {
    const auto with_own = [](std::int64_t own) {
      return RecordingBuilder()
          .optional_column("own_ns")
          .function({"/work/app.py", 1, "f"}, 3, 10, {{2, {1, 10, own}}})
          .build();
    };
    const auto both = RecordingBuilder()
                          .optional_column("corrected_ns")
                          .optional_column("own_ns")
                          .function({"/work/app.py", 1, "f"}, 3, 10, {{2, {1, 10, 9, 7}}})
                          .corrected(9)
                          .build();
    const Recording kept = merged(both, with_own(4));
    const auto* table = kept.find<LineTable>("line");
    CHECK(table->columns.size() == 3);
    CHECK(table->functions[0].rows[0].values == std::vector<std::int64_t>{2, 20, 11});
    CHECK_FALSE(table->functions[0].corrected_ns.has_value());

    const Recording plain = merged(with_own(4), one_function(1, 10).build());
    CHECK(plain.find<LineTable>("line")->functions[0].rows[0].values == std::vector<std::int64_t>{2, 20});

    for (const Recording& with_none : {merged(with_own(4), RecordingBuilder().no_function().build()),
                                       merged(RecordingBuilder().no_function().build(), with_own(4))})
      CHECK(with_none.find<LineTable>("line")->find_column("own_ns") == 2);
  }

  TEST_CASE("a function of several threads has an entry for each, until they are added up") {
    const auto on_thread = [](std::uint64_t thread) {
      return one_function(1, 10).on_thread(thread).corrected(9).build();
    };
    const Recording all = merged(merged(on_thread(7), on_thread(5)), on_thread(7));
    const auto& functions = all.find<LineTable>("line")->functions;
    REQUIRE(functions.size() == 2);
    CHECK(functions[0].thread == 5);
    CHECK(functions[1].thread == 7);
    CHECK(functions[1].corrected_ns == 18);
    const LineTable sum = pyharness::over_threads(*all.find<LineTable>("line"));
    REQUIRE(sum.functions.size() == 1);
    CHECK_FALSE(sum.functions[0].thread.has_value());
    CHECK(sum.functions[0].total_ns == 30);
    CHECK(sum.functions[0].rows[0].values == std::vector<std::int64_t>{3, 30});
  }

  TEST_CASE("what the hooks took adds, with the cost of one by how many there were") {
    const auto with = [](pyharness::Overhead overhead) {
      return RecordingBuilder().with([&](auto& run) { run.overhead = overhead; }).build();
    };
    const Recording both =
        merged(with({{{"line", {1, 1000, 10}}}, 1, 1}), with({{{"line", {3, 2000, 30}}, {"call", {2, 5, 0}}}, 6, 2}));
    CHECK(both.run.overhead == pyharness::Overhead{{{"line", {4, 1750, 25}}, {"call", {2, 5, 0}}}, 7, 3});
    CHECK(merged(RecordingBuilder().build(), with({{}, 5, 0})).run.overhead->total_ns == 5);
    CHECK_FALSE(merged(RecordingBuilder().build(), RecordingBuilder().build()).run.overhead.has_value());
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const pyharness::Overhead most{{{"line", {kMost, kMost, kMost}}}, kMost, kMost};
    CHECK(merged(with(most), with(most)).run.overhead == most);
  }

  TEST_CASE("sections of different kinds do not merge") {
    Recording a = RecordingBuilder().timer_run(1).build();
    Recording b = one_function(1, 1).build();
    b.sections[0].name = "timer";
    CHECK_FALSE(pyharness::testing::failure_of([&] { merge_into(a, b); }).empty());
  }

  TEST_CASE("timer runs are appended, and sections that one lacks are taken over") {
    const Recording both =
        merged(RecordingBuilder().timer_run(30).timer_run(10).build(), one_function(1, 1).timer_run(20).build());
    const auto* timer = both.find<TimerRuns>("timer");
    REQUIRE(timer->runs.size() == 3);
    CHECK(timer->runs[2].code_wall_ns == 20);
    CHECK(timer->min_ns() == 10);
    CHECK(timer->median_ns() == 20);
    CHECK(both.find<LineTable>("line") != nullptr);
    CHECK(both.run.modes == std::vector<std::string>{"timer", "line"});
  }

  TEST_CASE("named timers come together, and each run's figures stay") {
    const auto run = [](std::vector<std::uint64_t> times) {
      return RecordingBuilder().timer_run(1).named_timer("load", times).build();
    };
    const Recording three = merged(merged(run({5}), run({7, 9})), run({3}));
    const auto& timer = three.find<TimerRuns>("timer")->timers.at(0);
    CHECK(timer.count == 4);
    CHECK(timer.min_ns == 3);
    REQUIRE(timer.runs.size() == 3);
    CHECK(timer.runs[1] == pyharness::NamedTimer::OfRun{2, 16, 7, 7, 9, 9});
    CHECK(merged(three, run({4})).find<TimerRuns>("timer")->timers.at(0).runs.size() == 4);
    CHECK(merged(run({4}), three).find<TimerRuns>("timer")->timers.at(0).runs[1].max_ns == 5);
  }

  TEST_CASE("times, losses and processes add, the peak is the largest, a note is said once") {
    const Recording both = merged(RecordingBuilder().loss("x", 1).note("n").build(),
                                  RecordingBuilder()
                                      .loss("x", 2)
                                      .loss("y", 5)
                                      .note("n")
                                      .note("m")
                                      .with([](pyharness::RunInfo& run) { run.peak_rss_bytes = 99'999'999; })
                                      .build());
    CHECK(both.run.wall_ns == 2'469'135'780);
    CHECK(both.run.code_wall_ns == 2'400'000'000);
    CHECK(both.run.self.user_ns == 2'200'000'000);
    CHECK(both.run.peak_rss_bytes == 99'999'999);
    CHECK(both.run.losses.at("x") == 3);
    CHECK(both.run.losses.at("y") == 5);
    CHECK(both.run.notes == std::vector<std::string>{"n", "m"});
    CHECK(both.run.processes.size() == 2);
  }

  TEST_CASE("runs without hooks add; their code's time only where all know it") {
    const auto of = [](std::optional<std::uint64_t> code) {
      return RecordingBuilder().with([&](pyharness::RunInfo& run) { run.verified = {1, 100, code, {60, 7}}; }).build();
    };
    const auto both = merged(of(80), of(90)).run.verified;
    REQUIRE(both);
    CHECK(both->runs == 2);
    CHECK(both->wall_ns == 200);
    CHECK(both->code_wall_ns == 170);
    CHECK(both->cpu.user_ns == 120);
    CHECK_FALSE(merged(of(80), of(std::nullopt)).run.verified->code_wall_ns);
    CHECK(merged(RecordingBuilder().build(), of(80)).run.verified->code_wall_ns == 80);
    CHECK(merged(of(80), RecordingBuilder().build()).run.verified->runs == 1);
  }

  TEST_CASE("the worst ending stands for all") {
    const auto good = RecordingBuilder().build();
    const auto bad = RecordingBuilder().exit_status(3).build();
    const auto killed = RecordingBuilder().signal(9).build();
    CHECK(merged(good, bad).run.ending.exit_status == 3);
    CHECK(merged(bad, good).run.ending.exit_status == 3);
    CHECK(merged(good, killed).run.ending.signal == 9);
    CHECK(merged(killed, good).run.ending.signal == 9);
  }

  TEST_CASE("source lines come together by file") {
    auto a = RecordingBuilder().source("/b.py", {"one"}).build();
    auto b = RecordingBuilder().source("/b.py", {"one", "two"}).source("/a.py", {"x"}).build();
    const Recording both = merged(a, b);
    REQUIRE(both.sources.size() == 2);
    CHECK(both.sources[0].file == "/a.py");
    CHECK(both.sources[1].lines.size() == 2);
  }

  TEST_CASE("different mechanisms are named once each") {
    auto a = one_function(1, 1).build();
    auto b = a;
    std::get<LineTable>(b.sections[0].data).functions[0].engine = "monitoring";
    Recording all = merged(merged(merged(a, b), a), b);
    CHECK(all.find<LineTable>("line")->functions[0].engine == "trace,monitoring");
  }

  TEST_CASE("figures near the limit do not overflow") {
    const std::int64_t most = 0x7FFFFFFFFFFFFFFF;
    const Recording both = merged(one_function(most, 1).build(), one_function(most, 1).build());
    CHECK(both.find<LineTable>("line")->functions[0].rows[0].values[0] > 0);
  }

  TEST_CASE("a median of none is absent, of two lies between them") {
    CHECK_FALSE(TimerRuns{}.median_ns().has_value());
    CHECK_FALSE(TimerRuns{}.min_ns().has_value());
    CHECK(RecordingBuilder().timer_run(10).timer_run(20).build().find<TimerRuns>("timer")->median_ns() == 15);
  }

  TEST_CASE("many notes, sources and mechanisms merge in time that grows with their number") {
    RecordingBuilder many = one_function(1, 1);
    std::string engines;
    for (int i = 0; i < 60'000; ++i) {
      many.note(std::to_string(i));
      engines += std::to_string(i) + ",";
    }
    Recording recording = many.build();
    std::get<LineTable>(recording.sections[0].data).functions[0].engine = engines;
    for (int i = 100'000; i < 160'000; ++i) recording.sources.push_back({std::to_string(i), "", {}});
    CHECK(pyharness::testing::ends_within(30, std::size_t{1} << 30, [&] {
      if (merged(recording, recording).run.notes.size() != 60'000) _exit(1);
    }));
  }
}
