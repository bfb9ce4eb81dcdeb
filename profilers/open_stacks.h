#pragma once

#include <algorithm>
#include <span>

#include "profilers/profiler.h"

namespace pyharness {

// What the threads of a process had open when it ended, read by the supervisor from the stacks of a recorder
// (thread_stacks.h). The arena is not to be trusted.

/// Calls `action(thread, frames)` for each thread with its open frames, the outermost first.
template <class Frame, class Action>
void each_stack(const ArenaReader& arena, const ProcessArea& area, TableKind kind, Action&& action) {
  constexpr std::uint32_t kMostFrames = 1 << 26;
  const TableReader<ThreadEntry> threads(arena, area, kind);
  for (std::uint32_t t = 0; t < threads.size(); ++t) {
    const ThreadEntry* thread = threads.at(t);
    if (thread == nullptr) continue;
    const std::uint32_t depth =
        std::min({thread->depth.load(std::memory_order_acquire), thread->capacity, kMostFrames});
    const auto* frames = arena.inside<Frame>(thread->stack.load(std::memory_order_acquire), depth);
    if (frames != nullptr) action(*thread, std::span(frames, depth));
  }
}

/// Until when the open frames of a process ran; `since` is when a frame was last seen to move.
template <class Frame>
Ticks end_of_process(const CollectContext& context, const SeenProcess& process, TableKind kind,
                     std::uint64_t Frame::*since) {
  const Ticks exit = process.area->exit_ticks.load(std::memory_order_acquire);
  const Ticks latest = process.ended != 0 ? process.ended : context.latest;
  if (exit != 0) return std::min<Ticks>(exit, latest);
  if (process.ended != 0) return latest;
  Ticks last = 0;
  each_stack<Frame>(context.arena, *process.area, kind, [&](const ThreadEntry&, std::span<const Frame> frames) {
    for (const Frame& frame : frames) last = std::max<Ticks>(last, frame.*since);
  });
  return std::min(last, latest);
}

/// The same of one thread of it.
inline Ticks end_of_thread(const ThreadEntry& thread, Ticks process_end) {
  const bool ended = thread.state.load(std::memory_order_acquire) == static_cast<std::uint32_t>(ThreadState::kEnded);
  return ended ? std::min<Ticks>(thread.ended_ticks, process_end) : process_end;
}

}  // namespace pyharness
