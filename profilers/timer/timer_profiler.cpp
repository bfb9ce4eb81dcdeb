#include "profilers/timer/timer_profiler.h"

#include <algorithm>

#include "harness/cpython/collection_events.h"

namespace pyharness {
namespace {

// CPython gives the collector's callback no context, hence one pointer per file.
ProcessArea* g_area = nullptr;

void on_collection(int generation, Ticks pause) {
  if (generation < 0 || generation >= static_cast<int>(kGenerations)) return;
  CollectionCounters& counters = g_area->collections[generation];
  ++counters.collections;
  counters.pause_ticks += pause;
  counters.longest_ticks = std::max<std::uint64_t>(counters.longest_ticks, pause);
}

class TimerProfiler final : public Profiler {
 public:
  explicit TimerProfiler(const HostContext& context) : clock_(context.clock) {
    g_area = context.area;
    prepare_to_watch_collections();
  }
  void install() override { watch_collections(clock_, on_collection); }
  void remove() noexcept override {}
  void begin_in_child(ProcessArea& area) noexcept override { g_area = &area; }

 private:
  ClockSource clock_;
};

}  // namespace

std::unique_ptr<Profiler> make_timer_profiler(const HostContext& context) {
  return std::make_unique<TimerProfiler>(context);
}

}  // namespace pyharness
