#include "profilers/timer/timer_profiler.h"

#include <algorithm>

#include "harness/cpython/collection_events.h"
#include "profilers/timer/named_timers.h"

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
  explicit TimerProfiler(const HostContext& context) : clock_(context.clock), timers_(make_named_timers(context)) {
    g_area = context.area;
    prepare_to_watch_collections();
  }
  void install() override {
    watch_collections(clock_, on_collection);
    timers_->install();
  }
  void imports_begin() noexcept override { timers_->imports_begin(); }
  void code_begins() noexcept override { timers_->code_begins(); }
  void remove() noexcept override { timers_->remove(); }
  void detach() noexcept override { timers_->detach(); }
  void begin_in_child(ProcessArea& area) noexcept override {
    g_area = &area;
    timers_->begin_in_child(area);
  }
  void pause() noexcept override { timers_->pause(); }
  void resume() noexcept override { timers_->resume(); }
  void drop_all() noexcept override { timers_->drop_all(); }
  NamedTimers* named_timers() noexcept override { return timers_.get(); }

 private:
  ClockSource clock_;
  std::unique_ptr<NamedTimers> timers_;
};

}  // namespace

std::unique_ptr<Profiler> make_timer_profiler(const HostContext& context) {
  return std::make_unique<TimerProfiler>(context);
}

}  // namespace pyharness
