#pragma once

#include "harness/base/clock.h"

namespace pyharness::testing {

/// A clock that stands still until it is moved.
struct ManualClock {
  static inline Ticks time = 1000;
  static Ticks now() noexcept { return time; }
  static void advance(Ticks by) { time += by; }
};
static_assert(Clock<ManualClock>);

}  // namespace pyharness::testing
