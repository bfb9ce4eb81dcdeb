// The same table as registry.cpp, for the half that lives in the host.
#include "harness/base/error.h"
#include "profilers/alloc/alloc_profiler.h"
#include "profilers/line/line_profiler.h"
#include "profilers/profile/profile_profiler.h"
#include "profilers/profiler.h"
#include "profilers/timer/timer_profiler.h"

namespace pyharness {

std::unique_ptr<Profiler> make_profiler(std::string_view name, const HostContext& context) {
  if (name == "timer") return make_timer_profiler(context);
  if (name == "profile") return make_profile_profiler(context);
  if (name == "line") return make_line_profiler(context);
  if (name == "alloc") return make_alloc_profiler(context);
  throw Failure("the host has no profiler " + std::string(name) + ".");
}

}  // namespace pyharness
