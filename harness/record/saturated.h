#pragma once

#include <concepts>
#include <cstdint>
#include <limits>

namespace pyharness {

/// a + b, held within what the JSON can say (64-bit signed): recordings are files, and files may be hostile.
template <std::integral T>
[[nodiscard]] T add_saturated(T a, T b) noexcept {
  constexpr auto kMost = static_cast<T>(std::numeric_limits<std::int64_t>::max());
  T sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return b < 0 ? std::numeric_limits<T>::min() : kMost;
  return sum > kMost ? kMost : sum;
}

}  // namespace pyharness
