// Which engines of named timers the static host has.
#include "profilers/timer/named_timers.h"

namespace pyharness {

std::unique_ptr<NamedTimers> make_named_timers(const HostContext& context) {
  const auto asked = context.plan.engines.find("timer");
  return asked != context.plan.engines.end() && asked->second == "trace" ? make_timer_tracer(context)
                                                                         : make_timer_instrumenter(context);
}

}  // namespace pyharness
