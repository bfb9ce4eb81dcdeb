#pragma once

#include "profilers/profiler.h"

namespace pyharness {

/// Supervisor side: the arena's calls and edges as a call graph, with what was still open booked until the end.
void collect_profile(const CollectContext& context, Recording& into);

inline constexpr EngineInfo kProfileEngines[] = {
    {"setprofile", "a C profile function on every thread, on 3.11", 11, 11},
    {"monitoring", "sys.monitoring, on 3.12 and later", 12},
};

inline constexpr std::string_view kNoBuiltins = "no-builtins";
inline constexpr OptionInfo kProfileOptions[] = {
    {kNoBuiltins, "", "Leave C functions out: their time is their caller's"},
};

inline constexpr ProfilerInfo kProfileProfiler{
    .name = "profile",
    .summary = "calls, self and cumulative time of every function, and who called it, as cProfile counts them",
    .engines = kProfileEngines,
    .options = kProfileOptions,
    .shape = "call graph",
    .claims = Hook::kTracing,
    .collect = collect_profile,
};

}  // namespace pyharness
