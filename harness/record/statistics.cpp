#include "harness/record/statistics.h"

#include <cmath>

namespace pyharness {
namespace {

// That exactly `heads` of `count` fair coins show heads.
double chance(std::size_t count, std::size_t heads) {
  const auto n = static_cast<double>(count);
  const auto k = static_cast<double>(heads);
  return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) - n * std::log(2.0));
}

// Of sorted values, between two neighbours where it lies between them (R's seventh, as numpy's default).
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

}  // namespace

std::optional<Interval> median_interval(std::vector<double> values, double confidence) {
  // The ends move inwards by one value each as long as the median is still within.
  std::size_t cut = 0;
  double outside = 0;
  while (cut < values.size() && 1 - (outside + 2 * chance(values.size(), cut)) >= confidence)
    outside += 2 * chance(values.size(), cut++);
  if (cut == 0) return std::nullopt;
  std::sort(values.begin(), values.end());
  return Interval{values[cut - 1], values[values.size() - cut]};
}

std::vector<std::size_t> outliers(const std::vector<double>& values) {
  std::vector<std::size_t> found;
  if (values.size() < 4) return found;
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const double low = quantile(sorted, 0.25);
  const double high = quantile(sorted, 0.75);
  const double range = 1.5 * (high - low);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] < low - range || values[i] > high + range) found.push_back(i);
  }
  return found;
}

}  // namespace pyharness
