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

/// A figure of the arena, held likewise: what was scribbled there must not make a recording that cannot be read again.
[[nodiscard]] constexpr std::uint64_t saturated(std::uint64_t figure) noexcept {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return figure > kMost ? kMost : figure;
}

}  // namespace pyharness
