#include "harness/record/gate.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "harness/record/comparison.h"
#include "harness/record/merge.h"
#include "tests/support/failure.h"
#include "tests/support/recording_builder.h"

using pyharness::CallGraph;
using pyharness::check_gate;
using pyharness::compare;
using pyharness::Comparison;
using pyharness::Gate;
using pyharness::GateResult;
using pyharness::parse_gate;
using pyharness::Unit;
using pyharness::WrongGate;
using pyharness::testing::contains;
using pyharness::testing::RecordingBuilder;

namespace {

/// The sentence, and at which byte of the expression the mark stands; -1 where nothing is thrown.
std::pair<std::string, int> wrong(const auto& action) {
  try {
    action();
  } catch (const WrongGate& failure) {
    return {failure.what(), static_cast<int>(failure.mark().find('^')) - 2};
  }
  return {"", -1};
}

int wrong_at(const std::string& text) {
  return wrong([&] { parse_gate(text); }).second;
}

RecordingBuilder runs(std::initializer_list<std::uint64_t> times) {
  RecordingBuilder builder;
  for (const std::uint64_t time : times) builder.timer_run(time);
  return builder;
}

GateResult checked(const std::string& text, const Comparison& comparison) {
  return check_gate(parse_gate(text), comparison);
}

Comparison calls_of(std::uint64_t base, std::uint64_t head) {
  const CallGraph before{10, {{{"/work/pkg/app.py", 3, "f"}, {base, base, 5, 10}}}, {}};
  const CallGraph after{
      12, {{{"/work/pkg/app.py", 4, "f"}, {head, head, 6, 12}}, {{"/work/pkg/app.py", 9, "new"}, {1, 1, 1, 1}}}, {}};
  return compare(RecordingBuilder().calls(before).build(), RecordingBuilder().calls(after).build());
}

}  // namespace

TEST_SUITE("gates") {
  TEST_CASE("an expression is read into its parts") {
    const Gate limit = parse_gate("alloc.peak_bytes>64MB");
    CHECK(limit.section == "alloc");
    CHECK(limit.selector.empty());
    CHECK(limit.figure == "peak_bytes");
    CHECK(limit.op == Gate::Op::kMore);
    CHECK(limit.kind == Gate::Kind::kLimit);
    CHECK(limit.value == 64e6);
    CHECK(limit.unit == Unit::kBytes);
    const Gate change = parse_gate(" timer[load [a] ].p99 >= +1.5 ms ");
    CHECK(change.selector == "load [a] ");
    CHECK(change.figure == "p99");
    CHECK(change.op == Gate::Op::kAtLeast);
    CHECK(change.kind == Gate::Kind::kChange);
    CHECK(change.value == 1.5e6);
    const Gate percent = parse_gate("timer.min<-5%");
    CHECK(percent.kind == Gate::Kind::kPercent);
    CHECK(percent.value == -5);
    CHECK(parse_gate("alloc.total_bytes>+1KiB").value == 1024);
    CHECK(parse_gate("a.b!=0").op == Gate::Op::kOther);
    CHECK(parse_gate("a.b==0").op == Gate::Op::kEqual);
    CHECK(parse_gate("a.b<=0").op == Gate::Op::kAtMost);
  }

  TEST_CASE("an error points at its place") {
    CHECK(wrong_at("") == 0);
    CHECK(wrong_at("timer") == 5);
    CHECK(wrong_at(".min>1") == 0);
    CHECK(wrong_at("timer.>1") == 6);
    CHECK(wrong_at("timer.min 5") == 10);
    CHECK(wrong_at("timer.min>") == 10);
    CHECK(wrong_at("timer.min>+-5%") == 11);
    CHECK(wrong_at("timer.min>inf") == 10);
    CHECK(wrong_at("timer.min>5%") == 10);
    CHECK(wrong_at("timer.min>5 mss") == 12);
    CHECK(wrong_at("timer.min>5 ms x") == 15);
    CHECK(wrong_at("timer[load.min>5") == 5);
    CHECK(wrong_at("timer[].min>5") == 6);
    CHECK(wrong_at("timer[\xC3\xA9].min?5") == 12);  // by columns, not by bytes
    CHECK(contains(wrong([] { parse_gate("a.b>1Mb"); }).first, "'MB'"));
  }

  TEST_CASE("a count is a limit or a change") {
    const Comparison more = calls_of(100, 104);
    CHECK(checked("profile.calls>+0", more).holds);
    CHECK(checked("profile.calls>+4", more).holds);
    CHECK_FALSE(checked("profile.calls>+5", more).holds);
    CHECK(checked("profile.calls>=+5", more).holds);
    CHECK(checked("profile.calls>+4.9%", more).holds);
    CHECK_FALSE(checked("profile.calls>+5%", more).holds);
    CHECK(checked("profile.calls>104", more).holds);
    CHECK_FALSE(checked("profile.calls<105", more).holds);
    CHECK(checked("profile.calls<-1", calls_of(100, 90)).holds);
  }

  TEST_CASE("a selector fits by name, file, module or pattern") {
    const Comparison comparison = calls_of(100, 104);
    for (const char* selector : {"f", "pkg/app.py:f", "app.py:f", "pkg.app:f", "*:f"}) {
      const GateResult result = checked(fmt::format("profile[{}].calls>+3", selector), comparison);
      CHECK(result.holds);
      CHECK(result.file == "pkg/app.py");
      CHECK(result.line == 4);
    }
    CHECK_FALSE(checked("profile[f].calls>+4", comparison).holds);
    CHECK(checked("profile[*].calls>+0", comparison).holds);
    CHECK(checked("profile[new].calls>+1000%", comparison).holds);  // any growth from nothing is
  }

  TEST_CASE("a time must have changed by more than noise") {
    const auto base = runs({100, 101, 102, 103, 104, 105}).build();
    const auto slower = compare(base, runs({200, 201, 202, 203, 204, 205}).build());
    CHECK(checked("timer.min>+5%", slower).holds);
    CHECK(checked("timer.min>+5%", slower).reason.ends_with("more than noise"));
    CHECK_FALSE(checked("timer.min>+150%", slower).holds);
    const auto noisy = compare(base, runs({101, 101, 102, 103, 300, 500}).build());
    CHECK_FALSE(checked("timer.max>+5%", noisy).holds);
    CHECK(contains(checked("timer.max>+5%", noisy).reason, "overlap"));
    CHECK(checked("timer.max>400ns", noisy).holds);  // a limit compares with nothing
    const auto single = compare(runs({100}).build(), runs({200}).build());
    CHECK_FALSE(checked("timer.min>+5%", single).holds);
    CHECK(contains(checked("timer.min>+5%", single).reason, "--repeat=10"));
  }

  TEST_CASE("times of named timers and of statements are gates too") {
    const auto timers = [](std::uint64_t time) {
      pyharness::Recording all = RecordingBuilder().named_timer("load", {time}).build();
      for (std::uint64_t run = 1; run < 6; ++run)
        merge_into(all, RecordingBuilder().named_timer("load", {time + run}).build());
      return all;
    };
    const Comparison slower = compare(timers(50), timers(100));
    CHECK(checked("timer[load].p99>+10%", slower).holds);
    CHECK_FALSE(checked("timer[load].p99>+200%", slower).holds);
    CHECK(checked("timer[l*].count==1", slower).holds);
    CHECK_FALSE(checked("timer[load].p99>+10%", compare(timers(50), timers(50))).holds);

    const auto statement = [](std::vector<std::uint64_t> totals) {
      const std::uint64_t repeats = totals.size();
      return RecordingBuilder().statement({"f()", "pass", 1, std::move(totals), 0, {repeats}}).build();
    };
    const Comparison statements = compare(statement({50, 51, 52, 53}), statement({60, 61, 62, 63}));
    CHECK(checked("timeit.best>+10%", statements).holds);
    CHECK(checked("timeit.best>+9 ns", statements).holds);
    CHECK_FALSE(checked("timeit.best>+11 ns", statements).holds);
    CHECK(checked("timeit.best>0.059 us", statements).holds);
    CHECK(checked("timeit.best>59 nsec", statements).holds);
    CHECK(checked("timeit[f()].best>+10%", statements).holds);
    const Comparison few = compare(statement({50}), statement({60}));
    CHECK_FALSE(checked("timeit.best>+10%", few).holds);
    CHECK(contains(checked("timeit.best>+10%", few).reason, "-r 10"));
    CHECK(wrong([&] { checked("timeit.best>1MB", few); }).second == 12);
  }

  TEST_CASE("what is not there is a failure") {
    const Comparison comparison = calls_of(1, 1);
    CHECK(wrong([&] { checked("alloc.peak>1", comparison); }).second == 0);
    const auto [sentence, at] = wrong([&] { checked("profile.call>1", comparison); });
    CHECK(contains(sentence, "'calls'"));
    CHECK(at == 8);
    CHECK(wrong([&] { checked("profile[g].calls>1", comparison); }).second == 8);
    CHECK(contains(wrong([&] { checked("profile.totel>1", comparison); }).first, "'total'"));
    CHECK(wrong([&] { checked("profile.calls>1MB", comparison); }).second == 14);
  }
}
