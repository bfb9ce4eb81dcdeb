#include "profilers/timer/timer_collect.h"

#include <algorithm>

#include "harness/record/saturated.h"
#include "profilers/timer/named_timers_collect.h"

namespace pyharness {

void collect_timer(const CollectContext& context, Recording& into) {
  TimerRuns::Run run;
  run.wall_ns = into.run.wall_ns;
  run.code_wall_ns = into.run.code_wall_ns;
  run.user_ns = into.run.self.user_ns;
  run.system_ns = into.run.self.system_ns;
  run.peak_rss_bytes = into.run.peak_rss_bytes;
  run.minor_faults = static_cast<std::uint64_t>(context.usage.ru_minflt);
  run.major_faults = static_cast<std::uint64_t>(context.usage.ru_majflt);
  run.voluntary_switches = static_cast<std::uint64_t>(context.usage.ru_nvcsw);
  run.involuntary_switches = static_cast<std::uint64_t>(context.usage.ru_nivcsw);
  run.failed = into.run.ending.failed();
  for (const SeenProcess& process : context.processes) {
    for (const CollectionCounters& generation : process.area->collections) {
      run.collections.count = add_saturated(run.collections.count, generation.collections);
      run.collections.pause_ns = add_saturated(run.collections.pause_ns, context.scale.to_ns(generation.pause_ticks));
      run.collections.longest_ns = std::max(run.collections.longest_ns, context.scale.to_ns(generation.longest_ticks));
    }
  }
  into.sections.push_back({"timer", TimerRuns{{run}, collect_named_timers(context)}});
}

}  // namespace pyharness
