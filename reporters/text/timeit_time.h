#pragma once

#include <string>

namespace pyharness {

/// Times as `python -m timeit` writes them: "41.2 msec".
struct TimeitTime {
  std::string unit;      // "s", "ms", "us", "ns"; empty: the largest that leaves a digit before the point
  unsigned verbose = 0;  // digits: three, and one more for each -v from the second on

  [[nodiscard]] std::string text(double ns) const;
};

}  // namespace pyharness
