#pragma once

#include "profilers/profiler.h"

namespace pyharness {

/// Supervisor side: one run, from the run's own times, the kernel's account and the collector's figures in the arena.
void collect_timer(const CollectContext& context, Recording& into);

inline constexpr EngineInfo kTimerEngines[] = {
    {"instrumented", "named timers: hooks woven into the bytecode, in the built-in Python 3.11", 11, 11, true},
    {"trace", "named timers: a C profile or trace function on every thread, on 3.11", 11, 11},
    {"monitoring", "named timers: sys.monitoring, on 3.12 and later", 12},
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
