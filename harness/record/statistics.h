#pragma once

// What a handful of repeated measurements says about the next one. Nothing here supposes that noise has a shape: times
// on a shared machine are skewed, and now and then far off, so everything goes by order.

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <vector>

namespace pyharness {

/// From low to high, both inclusive.
struct Interval {
  double low = 0;
  double high = 0;
  [[nodiscard]] bool overlaps(const Interval& other) const { return low <= other.high && other.low <= high; }
  bool operator==(const Interval&) const = default;
};

/// The middle one of `values`, or what lies between the two in the middle. There must be one.
template <class T>
T median(std::vector<T> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return std::midpoint(*std::max_element(values.begin(), middle), *middle);
}

inline constexpr double kConfidence = 0.95;

/// Between which of `values` the true median lies with at least this confidence, by the binomial distribution of how
/// many lie below it (Conover, Practical Nonparametric Statistics, 3.2); absent where there are too few, as five for 95
/// %.
std::optional<Interval> median_interval(std::vector<double> values, double confidence = kConfidence);

/// Those beyond the fences of Tukey, 1.5 quartile ranges outside of the quartiles, as indices into `values`, ascending.
/// None of less than four.
std::vector<std::size_t> outliers(const std::vector<double>& values);

}  // namespace pyharness
