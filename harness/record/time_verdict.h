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

  /// More than noise: the intervals have nothing in common.
  [[nodiscard]] bool apart() const { return told && !base->overlaps(*head); }
};

/// The one place where it is decided whether times differ by more than noise.
TimeVerdict judge(const std::vector<double>& base, const std::vector<double>& head);

}  // namespace pyharness
