#pragma once

#include "profilers/profiler.h"

namespace pyharness {

/// Supervisor side: one run, from the run's own times, the kernel's account and the collector's figures in the arena.
void collect_timer(const CollectContext& context, Recording& into);

inline constexpr EngineInfo kTimerEngines[] = {
    {"clock", "clock readings around the program"},
};

inline constexpr ProfilerInfo kTimerProfiler{
    .name = "timer",
    .summary = "wall, CPU and collector times, peak memory; every run of --repeat (always on beside the others)",
    .engines = kTimerEngines,
    .options = {},
    .shape = "timer runs",
    .collect = collect_timer,
};

}  // namespace pyharness
