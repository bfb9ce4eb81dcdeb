#pragma once

#include "profilers/profiler.h"

namespace pyharness {

/// Supervisor side: the arena's functions and lines as a line table, with what was still open booked until the end.
void collect_line(const CollectContext& context, Recording& into);

/// Where any function is decorated with @profile, leaves out the others. Decided when all is collected and not at the
/// start: decorators run late, and perhaps in one process only.
void show_only_marked_lines(Recording& recording);

inline constexpr EngineInfo kLineEngines[] = {
    {"instrumented", "hooks woven into the bytecode, in the built-in Python 3.11", 11, 11, true},
    {"trace", "a C trace function on every thread, on 3.11", 11, 11},
    {"monitoring", "sys.monitoring, on 3.12 and later", 12},
};

inline constexpr std::string_view kPerThread = "per-thread";

inline constexpr OptionInfo kLineOptions[] = {
    {kPerThread, "", "Each thread has figures of its own (line)"},
};

inline constexpr ProfilerInfo kLineProfiler{
    .name = "line",
    .summary = "hits and time of every source line of the program's own code",
    .engines = kLineEngines,
    .options = kLineOptions,
    .shape = "line table",
    .claims = Hook::kTracing,
    .collect = collect_line,
    .finish = show_only_marked_lines,
};

}  // namespace pyharness
