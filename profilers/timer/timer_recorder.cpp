#include "profilers/timer/timer_recorder.h"

#include <algorithm>
#include <new>

namespace pyharness {

void TimerBook::begin(ProcessArea& area) noexcept {
  area_ = &area;
  calls_.clear();
  generators_.clear();
  free_.clear();
  entries_ = {};
  octaves_ = {};
  open_ = {};
  for (auto& [name, timer] : timers_) {
    timer.index = kNoIndex;
    timer.entry = nullptr;
    std::fill(std::begin(timer.octaves), std::end(timer.octaves), nullptr);
  }
}

TimerBook::Timer* TimerBook::timer_named(const std::string& name) {
  const auto [at, added] = timers_.try_emplace(name);
  if (added) at->second.name = &at->first;
  return &at->second;
}

void TimerBook::drop_all() noexcept {
  for (auto& [name, timer] : timers_) {
    if (timer.entry == nullptr) continue;
    timer.entry->count = timer.entry->total_ticks = timer.entry->min_ticks = timer.entry->max_ticks = 0;
    for (TimerOctave* octave : timer.octaves) {
      if (octave != nullptr) *octave = {};
    }
  }
  for (const Call& call : calls_) forget(*call.open);
  for (const auto& [frame, call] : generators_) forget(*call.open);
  calls_.clear();
  generators_.clear();
}

void TimerBook::end_unseen(std::uint64_t frame, Ticks now) noexcept {
  const auto found = generators_.find(frame);
  const Ticks until = found->second.open->until;
  end_call(found->second, until == 0 ? now : until);
  generators_.erase(found);
}

// The tables are there from the first timed call on: a run without has none.
bool TimerBook::begin_tables() noexcept {
  if (area_->timers.load(std::memory_order_relaxed) != 0) return true;
  const Offset offset = arena_.claim(sizeof(TimerArea), area_);
  if (offset == 0) return false;
  auto& tables = *reinterpret_cast<TimerArea*>(arena_.at(offset));
  entries_ = {arena_, *area_, tables.timers};
  octaves_ = {arena_, *area_, tables.octaves};
  open_ = {arena_, *area_, tables.open};
  area_->timers.store(offset, std::memory_order_release);
  return true;
}

bool TimerBook::make_ready(Timer& timer) noexcept {
  try {
    if (!begin_tables()) return false;
    if (timer.entry == nullptr && !add_entry(timer)) return false;
    if (calls_.size() == calls_.capacity()) calls_.reserve(std::max<std::size_t>(64, 2 * calls_.capacity()));
    if (!free_.empty()) return true;
    std::uint32_t index = 0;
    OpenTimer* open = open_.reserve(1, index);
    if (open == nullptr) return false;
    open_.publish();
    free_.reserve(open_.count());  // so that putting one back never asks for memory
    free_.push_back(open);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

bool TimerBook::add_entry(Timer& timer) {
  std::uint32_t index = 0;
  TimerEntry* entry = entries_.reserve(1, index);
  if (entry == nullptr) return false;
  entry->name = text_.add(*timer.name);
  entry->cost_ticks = cost_;
  entries_.publish();
  timer.index = index;
  timer.entry = entry;
  return true;
}

TimerOctave* TimerBook::add_octave(Timer& timer, std::uint32_t octave) noexcept {
  std::uint32_t index = 0;
  TimerOctave* added = octaves_.reserve(1, index);
  if (added == nullptr) {
    count_loss(Loss::kArenaFull);
    return nullptr;
  }
  octaves_.publish();
  timer.entry->octaves[octave] = index + 1;
  return timer.octaves[octave] = added;
}

void TimerBook::count_loss(Loss loss) noexcept {
  area_->losses[static_cast<std::size_t>(loss)].fetch_add(1, std::memory_order_relaxed);
}

}  // namespace pyharness
