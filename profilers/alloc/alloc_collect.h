#pragma once

#include "profilers/profiler.h"

namespace pyharness {

/// Supervisor side: the arena's sites, those of all processes together.
void collect_alloc(const CollectContext& context, Recording& into);

inline constexpr EngineInfo kAllocEngines[] = {{"allocators", "wrappers around CPython's allocators, one frame"}};

inline constexpr ProfilerInfo kAllocProfiler{
    .name = "alloc",
    .summary = "memory that every source line allocates: at the peak, in all, and still there at the end",
    .engines = kAllocEngines,
    .options = {},
    .shape = "allocation sites",
    .claims = Hook::kAllocators,
    .collect = collect_alloc,
};

}  // namespace pyharness
