#include <doctest/doctest.h>

#include "reporters/reporter.h"
#include "reporters/text/timeit_time.h"
#include "tests/support/golden.h"
#include "tests/support/recording_builder.h"
#include "tests/support/rendered.h"

using pyharness::Recording;
using pyharness::ReportStyle;
using pyharness::TimeitStatements;
using pyharness::TimeitTime;
using pyharness::testing::check_golden;
using pyharness::testing::RecordingBuilder;
using pyharness::testing::rendered;

namespace {

Recording recorded(bool several) {
  TimeitStatements timeit;
  timeit.statements.push_back({"''.join(map(str, range(100)))",
                               "pass",
                               1000,
                               {8'900'000, 7'010'000, 7'020'000, 7'060'000, 7'100'000, 7'030'000, 9'900'000},
                               7000,
                               {7}});
  if (several) {
    timeit.statements.push_back({"parts = []\nfor i in range(100): parts.append(str(i))\n''.join(parts)",
                                 "pass",
                                 1000,
                                 {9'300'000, 9'010'000, 9'020'000, 9'060'000, 9'100'000, 9'030'000, 9'900'000},
                                 7000,
                                 {7}});
    timeit.statements.push_back({"''.join(str(i) for i in range(100)) or 'a statement that is longer than the line'",
                                 "pass",
                                 1000,
                                 {8'800'000, 7'110'000, 7'000'000, 7'090'000, 7'080'000, 7'040'000, 9'800'000},
                                 7000,
                                 {7}});
  }
  return RecordingBuilder().target("-m timeit").timeit(timeit).note("The machine was noisy.").build();
}

}  // namespace

TEST_SUITE("timeit: reports") {
  TEST_CASE("times as python writes them") {
    CHECK(TimeitTime{}.text(41'234'567) == "41.2 msec");
    CHECK(TimeitTime{}.text(0) == "0 nsec");
    CHECK(TimeitTime{}.text(0.4567) == "0.457 nsec");
    CHECK(TimeitTime{}.text(999.96) == "1e+03 nsec");
    CHECK(TimeitTime{"ns", 0}.text(1'234'567) == "1.23e+06 nsec");
    CHECK(TimeitTime{"s", 1}.text(1'234'567) == "0.00123 sec");
    CHECK(TimeitTime{"", 3}.text(1'234'567) == "1.2346 msec");
  }

  TEST_CASE("one statement, and several") {
    check_golden("timeit.txt", rendered("text", recorded(false), {}));
    check_golden("timeit_versus.txt", rendered("text", recorded(true), {}));
    ReportStyle verbose;
    verbose.verbose = 1;
    verbose.unit = "us";
    check_golden("timeit_verbose.txt", rendered("text", recorded(true), verbose));
  }

  TEST_CASE("formats") {
    check_golden("timeit.md", rendered("markdown", recorded(true), {}));
    check_golden("timeit.csv", rendered("csv", recorded(false), {}));
    check_golden("timeit.pyperf.json", rendered("pyperf", recorded(true), {}));
    check_golden("timer.pyperf.json",
                 rendered("pyperf", RecordingBuilder().timer_run(5'000'000).timer_run(6).build(), {}));
  }
}
