#pragma once

#include <cstdint>

#include "harness/base/clock.h"

namespace pyharness {

/// What a repetition that was forked (HostPlan::zygote) tells the supervisor when it begins, or what kept it from that.
struct RepetitionStart {
  std::int32_t pid = 0;
  std::int32_t error = 0;  // errno, or 0
  ClockPair began{};
};

}  // namespace pyharness
