#include "harness/record/log_histogram.h"

#include <algorithm>
#include <cmath>

#include "harness/record/saturated.h"

namespace pyharness {

std::uint64_t quantile(const LogHistogram& histogram, double share) {
  std::uint64_t count = 0;
  for (const auto& [bucket, n] : histogram) count = add_saturated(count, n);
  if (count == 0) return 0;
  const auto wanted = static_cast<std::uint64_t>(std::ceil(static_cast<double>(count) * share));
  const std::uint64_t rank = std::clamp<std::uint64_t>(wanted, 1, count);
  std::uint64_t seen = 0;
  for (const auto& [bucket, n] : histogram) {
    seen = add_saturated(seen, n);
    if (seen >= rank) return bucket_middle(bucket);
  }
  return bucket_middle(histogram.rbegin()->first);
}

}  // namespace pyharness
