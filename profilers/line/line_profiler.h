#pragma once

#include "profilers/profiler.h"

namespace pyharness {

/// Host side: the plain engine, a C trace function on every thread.
std::unique_ptr<Profiler> make_line_profiler(const HostContext& context);

}  // namespace pyharness
