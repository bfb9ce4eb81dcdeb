// Which engines the static host has.
#include "profilers/line/line_profiler.h"

namespace pyharness {

std::unique_ptr<Profiler> make_line_profiler(const HostContext& context) {
  const auto asked = context.plan.engines.find("line");
  return asked != context.plan.engines.end() && asked->second == "trace" ? make_line_tracer(context)
                                                                         : make_line_instrumenter(context);
}

}  // namespace pyharness
