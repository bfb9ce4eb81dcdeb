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

std::optional<Interval> ratio_interval(const std::vector<double>& base, const std::vector<double>& head) {
  if (base.size() != head.size()) return std::nullopt;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < base.size(); ++i) {
    if (base[i] <= 0) return std::nullopt;
    ratios.push_back(head[i] / base[i]);
  }
  return median_interval(ratios);
}

}  // namespace

TimeVerdict judge(const std::vector<double>& base, const std::vector<double>& head, bool in_turns) {
  if (std::min(base.size(), head.size()) < kFewestRuns) return {};
  return {true, interval_of(base), interval_of(head), in_turns ? ratio_interval(base, head) : std::nullopt};
}

}  // namespace pyharness
