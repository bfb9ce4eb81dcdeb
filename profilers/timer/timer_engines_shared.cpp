// Which engines of named timers the shared host has on 3.11.
#include "profilers/timer/named_timers.h"

namespace pyharness {

std::unique_ptr<NamedTimers> make_named_timers(const HostContext& context) { return make_timer_tracer(context); }

}  // namespace pyharness
