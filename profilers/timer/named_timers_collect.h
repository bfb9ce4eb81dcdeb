#pragma once

#include <vector>

#include "profilers/profiler.h"

namespace pyharness {

/// Supervisor side: the named timers of all processes, by name, with what was open when they ended. The arena is not to
/// be trusted.
std::vector<NamedTimer> collect_named_timers(const CollectContext& context);

}  // namespace pyharness
