#pragma once

#include <nlohmann/json.hpp>

#include "harness/record/recording.h"

namespace pyharness {

// What hooks cost as it travels in the arena: for HostPlan and RunContext.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(EventCost, cost_ps, error_ps)

}  // namespace pyharness
