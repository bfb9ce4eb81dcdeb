#include "profilers/timer/named_timers_collect.h"

#include <algorithm>

#include "harness/base/words.h"
#include "harness/record/merge.h"
#include "harness/record/saturated.h"

namespace pyharness {
namespace {

constexpr std::uint64_t kPicoseconds = 1000;  // in a nanosecond

void add_durations(NamedTimer& timer, std::uint64_t ns, std::uint64_t n) {
  std::uint64_t& count = timer.histogram[bucket_of(ns)];
  count = add_saturated(count, n);
}

NamedTimer read_timer(const TableReader<char>& text, const TableReader<TimerOctave>& octaves, const TimerEntry& entry,
                      const TickScale& scale) {
  NamedTimer timer{.name = valid_utf8(read_text(text, entry.name)),
                   .count = saturated(entry.count),
                   .total_ns = scale.to_ns(entry.total_ticks),
                   .min_ns = scale.to_ns(entry.min_ticks),
                   .max_ns = scale.to_ns(std::max(entry.min_ticks, entry.max_ticks)),
                   .cost_ps = scale.to_ns(std::min<Ticks>(entry.cost_ticks, 1 << 20) * kPicoseconds)};
  for (std::uint32_t o = 0; o < kOctaves; ++o) {
    const std::uint32_t index = entry.octaves[o];
    const TimerOctave* octave = index == 0 ? nullptr : octaves.at(index - 1);
    for (std::uint32_t i = 0; octave != nullptr && i < kSubBuckets; ++i) {
      if (const std::uint64_t n = octave->counts[i]; n != 0)
        add_durations(timer, scale.to_ns(bucket_middle(o * kSubBuckets + i)), saturated(n));
    }
  }
  return timer;
}

// A call that nothing has ended: it ends with the process.
void add_open(NamedTimer& timer, std::uint64_t ns) {
  timer.min_ns = timer.count == 0 ? ns : std::min(timer.min_ns, ns);
  timer.max_ns = std::max(timer.max_ns, ns);
  timer.count = add_saturated(timer.count, std::uint64_t{1});
  timer.total_ns = add_saturated(timer.total_ns, ns);
  add_durations(timer, ns, 1);
}

// Until when what is open ran; where nobody saw the end, until a call was last seen to begin.
Ticks end_of(const CollectContext& context, const SeenProcess& process, const TableReader<OpenTimer>& open) {
  const Ticks exit = process.area->exit_ticks.load(std::memory_order_acquire);
  const Ticks latest = process.ended != 0 ? process.ended : context.latest;
  if (exit != 0) return std::min<Ticks>(exit, latest);
  if (process.ended != 0) return latest;
  Ticks last = 0;
  for (std::uint32_t i = 0; i < open.size(); ++i) {
    if (const OpenTimer* call = open.at(i); call != nullptr) last = std::max<Ticks>({last, call->since, call->until});
  }
  return std::min(last, latest);
}

std::vector<NamedTimer> read_process(const CollectContext& context, const SeenProcess& process) {
  const Offset offset = process.area->timers.load(std::memory_order_acquire);
  const auto* tables = offset == 0 ? nullptr : context.arena.inside<TimerArea>(offset, 1);
  if (tables == nullptr) return {};
  const TableReader<char> text(context.arena, *process.area, TableKind::kText);
  const TableReader<TimerEntry> entries(context.arena, tables->timers);
  const TableReader<TimerOctave> octaves(context.arena, tables->octaves);
  const TableReader<OpenTimer> open(context.arena, tables->open);

  std::vector<NamedTimer> timers;
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    const TimerEntry* entry = entries.at(i);
    timers.push_back(entry == nullptr ? NamedTimer{} : read_timer(text, octaves, *entry, context.scale));
  }
  const Ticks end = end_of(context, process, open);
  for (std::uint32_t i = 0; i < open.size(); ++i) {
    const OpenTimer* call = open.at(i);
    const std::uint32_t timer = call == nullptr ? 0 : call->timer.load(std::memory_order_acquire);
    if (timer == 0 || timer > timers.size()) continue;
    const Ticks until = call->until != 0 ? std::min<Ticks>(call->until, end) : end;
    const bool began = call->since != 0 && call->since < until;
    add_open(timers[timer - 1], began ? context.scale.to_ns(until - call->since) : 0);
  }
  std::erase_if(timers, [](const NamedTimer& timer) { return timer.count == 0; });
  return timers;
}

}  // namespace

std::vector<NamedTimer> collect_named_timers(const CollectContext& context) {
  std::vector<NamedTimer> all;
  for (const SeenProcess& process : context.processes) merge_into(all, read_process(context, process));
  return all;
}

}  // namespace pyharness
