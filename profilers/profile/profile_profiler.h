#pragma once

#include "profilers/profiler.h"

namespace pyharness {

/// Host side: the plain engine, a C profile function on every thread.
std::unique_ptr<Profiler> make_profile_profiler(const HostContext& context);

}  // namespace pyharness
