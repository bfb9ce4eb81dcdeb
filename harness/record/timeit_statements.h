#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/record/statistics.h"

namespace pyharness {

/// A shape: statements that were timed beside each other, repeat by repeat, as `pyharness timeit` does.
struct TimeitStatements {
  struct Statement {
    std::string stmt;
    std::string setup;
    std::uint64_t loops = 1;               // of a repeat; at least 1
    std::vector<std::uint64_t> totals_ns;  // of each repeat, process after process; at least one
    std::uint64_t loop_cost_ns = 0;        // what as many empty loops took at the least; it is in each total
    std::vector<std::uint64_t> processes;  // how many of the repeats each fresh process did; none is 0
    bool operator==(const Statement&) const = default;
  };
  /// Which time passed: on the wall, or of the process on its processors (`timeit -p`).
  enum class Clock { kWall, kCpu };
  Clock clock = Clock::kWall;
  std::vector<Statement>
      statements;  // in the order given; the first is timeit's own, the others those it is compared with
};

/// Whether `repeats` of as many processes are as many as there are totals, and none is empty.
bool fits(const std::vector<std::uint64_t>& processes, std::size_t totals);

/// What the repeats of a statement say. All times are nanoseconds of one loop, the cost of the loop itself included but
/// where it says otherwise.
struct TimeitFigures {
  std::vector<double> repeats;  // all of them, in their order
  double best = 0;              // timeit's figure
  double worst = 0;
  double median = 0;                  // of the processes' medians where there are several, else of the repeats
  std::optional<Interval> interval;   // of that median (statistics.h)
  double loop = 0;                    // of an empty loop
  std::vector<std::size_t> outliers;  // indices into repeats
  /// By how much of the others' median the first repeat of a process was slower, in the median of the processes; absent
  /// where it was not the slowest of its process, by a tenth, in most of them.
  std::optional<double> first_slower;

  [[nodiscard]] double best_without_loop() const { return best > loop ? best - loop : 0; }
  [[nodiscard]] double median_without_loop() const { return median > loop ? median - loop : 0; }
};

/// What counts as one measurement each, independent of the others: the repeats; of several processes their medians, for
/// the repeats of one share its layout and hash seed. Nanoseconds of one loop.
std::vector<double> independent_times(const TimeitStatements::Statement& statement);

TimeitFigures figures_of(const TimeitStatements::Statement& statement);

/// A statement's place beside the fastest.
struct TimeitRank {
  std::size_t statement = 0;  // index
  double ratio = 1;           // its time in times the fastest's, the median of what each repeat (or process) says
  std::optional<Interval> interval{};  // of that ratio; absent for the fastest, and where there are too few
  /// Whether it is slower beyond noise: there is an interval and 1 is not in it.
  [[nodiscard]] bool is_apart() const { return interval && interval->low > 1; }
};

/// By their medians, the fastest first. Ratios are of times without the loop, unless hardly anything is left of the
/// fastest without it: `loop_within` says which.
struct TimeitRanking {
  std::vector<TimeitRank> ranks;
  bool loop_within = false;
};
TimeitRanking ranked(const TimeitStatements& timeit);

}  // namespace pyharness
