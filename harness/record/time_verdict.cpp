#include "harness/record/time_verdict.h"

#include <algorithm>

namespace pyharness {
namespace {

// Of few runs all that was seen: then no sureness of 95 % is claimed for them, but the way between them is as wide as
// it can be.
Interval interval_of(const std::vector<double>& runs) {
  if (const auto interval = median_interval(runs)) return *interval;
  const auto [low, high] = std::minmax_element(runs.begin(), runs.end());
  return {*low, *high};
}

}  // namespace

TimeVerdict judge(const std::vector<double>& base, const std::vector<double>& head) {
  if (std::min(base.size(), head.size()) < kFewestRuns) return {};
  return {true, interval_of(base), interval_of(head)};
}

}  // namespace pyharness
