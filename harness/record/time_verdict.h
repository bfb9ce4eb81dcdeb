#pragma once

#include <optional>
#include <vector>

#include "harness/record/statistics.h"

namespace pyharness {

/// Runs of one side below which nothing can be told of times.
inline constexpr std::size_t kFewestRuns = 4;

/// What the times of several runs on each side say about whether HEAD differs.
struct TimeVerdict {
  bool told = false;  // there were runs enough on both sides
  // Where the true median lies; absent where nothing can be told.
  std::optional<Interval> base{};
  std::optional<Interval> head{};

  /// Of runs that took turns, where the median of HEAD's time by BASE's lies, round by round: what disturbed the
  /// machine for a while is in both.
  std::optional<Interval> ratio{};

  /// More than noise: the intervals have nothing in common; of runs that took turns, no change is not in theirs.
  [[nodiscard]] bool apart() const { return told && (ratio ? !ratio->overlaps({1, 1}) : !base->overlaps(*head)); }
  /// Where that is so: whether HEAD takes longer.
  [[nodiscard]] bool is_slower() const { return ratio ? ratio->low > 1 : head->low > base->high; }
};

/// The one place where it is decided whether times differ by more than noise. Where the runs took turns, run i of one
/// side is compared with run i of the other, if there are enough of them.
TimeVerdict judge(const std::vector<double>& base, const std::vector<double>& head, bool in_turns = false);

}  // namespace pyharness
