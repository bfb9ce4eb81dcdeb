#pragma once

#include "profilers/profiler.h"

namespace pyharness {

/// Host side: the engine that the plan asks for, or else the best that works in this interpreter.
std::unique_ptr<Profiler> make_line_profiler(const HostContext& context);

/// Hooks woven into the bytecode. In the static host, on 3.11.
std::unique_ptr<Profiler> make_line_instrumenter(const HostContext& context);
/// The plain engine: a C trace function on every thread. On 3.11.
std::unique_ptr<Profiler> make_line_tracer(const HostContext& context);

}  // namespace pyharness
