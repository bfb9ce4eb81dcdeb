#pragma once

#include "profilers/profiler.h"

namespace pyharness {

/// Host side: wrappers around CPython's memory allocators, in from before the interpreter starts.
std::unique_ptr<Profiler> make_alloc_profiler(const HostContext& context);

}  // namespace pyharness
