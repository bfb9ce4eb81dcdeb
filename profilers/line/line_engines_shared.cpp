// Which engines the shared host has on 3.11.
#include "profilers/line/line_profiler.h"

namespace pyharness {

std::unique_ptr<Profiler> make_line_profiler(const HostContext& context) { return make_line_tracer(context); }

}  // namespace pyharness
