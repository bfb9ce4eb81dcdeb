#pragma once

#include "profilers/profiler.h"

namespace pyharness {

/// Host side: watches the garbage collector. Everything else that the timer reports is read from outside.
std::unique_ptr<Profiler> make_timer_profiler(const HostContext& context);

}  // namespace pyharness
