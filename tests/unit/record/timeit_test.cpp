#include "harness/record/timeit_statements.h"

#include <doctest/doctest.h>

#include "harness/record/json.h"
#include "harness/record/merge.h"
#include "tests/support/failure.h"
#include "tests/support/recording_builder.h"

using pyharness::figures_of;
using pyharness::fits;
using pyharness::merge_into;
using pyharness::ranked;
using pyharness::TimeitFigures;
using pyharness::TimeitRanking;
using pyharness::TimeitStatements;
using pyharness::testing::contains;
using pyharness::testing::failure_of;
using pyharness::testing::RecordingBuilder;
using Statement = TimeitStatements::Statement;
using Totals = std::vector<std::uint64_t>;

namespace {

Statement statement(const std::string& stmt, Totals totals, std::uint64_t loop_cost = 0, Totals processes = {}) {
  if (processes.empty()) processes = {totals.size()};
  return {stmt, "pass", 10, std::move(totals), loop_cost, std::move(processes)};
}

}  // namespace

TEST_SUITE("timed statements") {
  TEST_CASE("figures are of one loop") {
    const TimeitFigures it = figures_of(statement("x", {1000, 1020, 1010, 1030, 1040, 2000}, 100));
    CHECK(it.best == 100);
    CHECK(it.worst == 200);
    CHECK(it.median == doctest::Approx(102.5));
    CHECK(it.loop == 10);
    CHECK(it.best_without_loop() == 90);
    CHECK(it.outliers == std::vector<std::size_t>{5});
    REQUIRE(it.interval);
    CHECK(it.interval->low == 100);
    CHECK(it.interval->high == 200);
    CHECK_FALSE(figures_of(statement("x", {1, 2, 3, 4, 5})).interval);
    CHECK(figures_of(statement("x", {100}, 130)).best_without_loop() == 0);
  }

  TEST_CASE("repeats of one process are one value among several processes") {
    const TimeitFigures it = figures_of(statement("x", {10, 20, 30, 100, 110, 120, 40, 50, 60}, 0, {3, 3, 3}));
    CHECK(it.median == 5);  // of 2, 11 and 5
    CHECK_FALSE(it.interval);
    CHECK(it.best == 1);
  }

  TEST_CASE("a first repeat that is slower than all others is told") {
    CHECK(figures_of(statement("x", {1500, 1000, 1010})).first_slower == doctest::Approx(0.4925).epsilon(0.001));
    CHECK_FALSE(figures_of(statement("x", {1050, 1000, 1010})).first_slower);
    CHECK_FALSE(figures_of(statement("x", {1500, 1000, 1600})).first_slower);
    CHECK_FALSE(figures_of(statement("x", {1500, 1000})).first_slower);
    CHECK_FALSE(figures_of(statement("x", {1500, 1000, 1000, 1000, 1000, 1000}, 0, {3, 3})).first_slower);
    CHECK_FALSE(figures_of(statement("x", {0, 0, 0})).first_slower);
  }

  TEST_CASE("the ranking compares repeat with repeat, without the loop") {
    TimeitStatements timeit;
    timeit.statements = {statement("slow", {500, 700, 500, 500, 500, 500}, 100),
                         statement("fast", {300, 400, 300, 300, 300, 300}, 100)};
    const TimeitRanking it = ranked(timeit);
    CHECK_FALSE(it.loop_within);
    REQUIRE(it.ranks.size() == 2);
    CHECK(it.ranks[0].statement == 1);
    CHECK(it.ranks[0].ratio == 1);
    CHECK(it.ranks[1].ratio == doctest::Approx(2));  // 40 to 20, and 60 to 30
    REQUIRE(it.ranks[1].interval);
    CHECK(it.ranks[1].interval->low == doctest::Approx(2));
    CHECK(it.ranks[1].is_apart());
  }

  TEST_CASE("a ranking where nothing is left of the fastest, nothing to pair, or noise") {
    TimeitStatements timeit;
    timeit.statements = {statement("pass", {100, 100, 100, 100, 100, 100}, 100),
                         statement("x", {150, 150, 150, 150, 150, 150}, 100)};
    CHECK(ranked(timeit).loop_within);
    CHECK(ranked(timeit).ranks[1].ratio == doctest::Approx(1.5));
    timeit.statements[1].totals_ns = {90, 110, 105, 104, 120, 80};
    CHECK_FALSE(ranked(timeit).ranks[1].is_apart());
    timeit.statements[1] = statement("y", {300, 300});
    CHECK_FALSE(ranked(timeit).ranks[1].interval);
    timeit.statements = {statement("a", {0, 0}), statement("b", {0, 0})};
    CHECK(ranked(timeit).ranks[1].ratio == 1);
  }

  TEST_CASE("merging adds repeats of the same statement as processes") {
    TimeitStatements into{{}, {statement("a", {10, 20}, 5)}};
    TimeitStatements other{{}, {statement("a", {60, 80}, 8), statement("a", {1}), statement("b", {1})}};
    other.statements[0].loops = 20;
    merge_into(into, other);
    REQUIRE(into.statements.size() == 3);
    CHECK(into.statements[0] == Statement{"a", "pass", 10, {10, 20, 30, 40}, 4, {2, 2}});
    CHECK(into.statements[2].stmt == "b");
    other.clock = TimeitStatements::Clock::kCpu;
    CHECK(contains(failure_of([&] { merge_into(into, other); }), "cannot be merged"));
  }

  TEST_CASE("as JSON and back; what cannot be is refused") {
    TimeitStatements timeit{TimeitStatements::Clock::kCpu, {statement("a\nb", {10, 20, 30}, 5, {1, 2})}};
    const auto text = [&] { return pyharness::to_json(RecordingBuilder().timeit(timeit).build()); };
    const auto read = pyharness::from_json(text());
    CHECK(pyharness::to_json(read) == text());
    CHECK(read.find<TimeitStatements>("timeit")->statements == timeit.statements);
    const auto complaint = [&] { return failure_of([&] { pyharness::from_json(text()); }); };
    timeit.statements[0].processes = {1, 1};
    CHECK(contains(complaint(), "statements[0].processes is not as many repeats as there are totals."));
    timeit.statements[0] = statement("a", {10});
    timeit.statements[0].loops = 0;
    CHECK(contains(complaint(), "statements[0].loops is not at least 1."));
    timeit.statements.clear();
    CHECK(contains(complaint(), "statements is not at least one."));
    CHECK(fits({2, 1}, 3));
    CHECK_FALSE(fits({2, 0, 1}, 3));
    CHECK_FALSE(fits({}, 0));
    CHECK_FALSE(fits({~std::uint64_t{0}, 4}, 3));
  }
}
