// The table of profilers: adding one is a line here and one in host_registry.cpp.
#include <algorithm>

#include "profilers/alloc/alloc_collect.h"
#include "profilers/line/line_collect.h"
#include "profilers/profile/profile_collect.h"
#include "profilers/profiler.h"
#include "profilers/timer/timer_collect.h"

namespace pyharness {
namespace {

constexpr ProfilerInfo kProfilers[] = {kTimerProfiler, kProfileProfiler, kLineProfiler, kAllocProfiler};

}  // namespace

std::span<const ProfilerInfo> all_profilers() { return kProfilers; }

const ProfilerInfo* find_profiler(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kProfilers), std::end(kProfilers), [&](const ProfilerInfo& p) { return p.name == name; });
  return found == std::end(kProfilers) ? nullptr : found;
}

}  // namespace pyharness
