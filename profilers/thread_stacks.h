#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "harness/base/clock.h"
#include "harness/record/arena_writer.h"

namespace pyharness {

/// One thread's stack of open frames, in the arena, so that what is open when the program dies is known.
template <class Frame>
struct ThreadStack {
  std::uint32_t index = 0;  // in the table of threads; threads that live at the same time have different ones
  ThreadEntry* entry = nullptr;
  Frame* frames = nullptr;
  std::uint32_t depth = 0;
  std::uint32_t capacity = 0;

  void set_depth(std::uint32_t to) noexcept {
    depth = to;
    entry->depth.store(to, std::memory_order_release);
  }
};

/// The stacks of one recorder's threads. Thread is a ThreadStack<Frame>, or more. Under the interpreter lock, except
/// end().
template <class Frame, class Thread = ThreadStack<Frame>>
class ThreadStacks {
 public:
  static constexpr std::uint32_t kFirstFrames = kPageBytes / sizeof(Frame);

  explicit ThreadStacks(const ArenaWriter& arena) : arena_(arena) {}

  void begin(ProcessArea& area, TableKind kind) {
    area_ = &area;
    entries_ = {arena_, area, kind};
  }

  /// A record for the calling thread: that of an ended thread, after `close(thread, when it ended)`, or a new one. Null
  /// where the arena is full.
  template <class Close>
  Thread* begin_thread(std::uint32_t os_id, Ticks now, Close&& close) {
    for (const auto& thread : threads_) {
      if (thread->entry->state.load(std::memory_order_acquire) != static_cast<std::uint32_t>(ThreadState::kEnded))
        continue;
      close(*thread, std::min<Ticks>(now, thread->entry->ended_ticks));
      thread->entry->os_id = os_id;
      thread->entry->state.store(static_cast<std::uint32_t>(ThreadState::kLive), std::memory_order_relaxed);
      return thread.get();
    }
    auto thread = std::make_unique<Thread>();
    if (!claim(*thread, os_id, kFirstFrames)) return nullptr;
    threads_.push_back(std::move(thread));
    return threads_.back().get();
  }

  /// From the ending thread itself, without the interpreter lock.
  static void end_thread(Thread& thread, Ticks now) noexcept {
    thread.entry->ended_ticks = now;
    thread.entry->state.store(static_cast<std::uint32_t>(ThreadState::kEnded), std::memory_order_release);
  }

  /// Twice the room. False where the arena is full; the stack is as it was.
  bool grow(Thread& thread) noexcept {
    const std::uint32_t capacity = thread.capacity * 2;
    const Offset stack = capacity == 0 ? 0 : arena_.claim(std::size_t{capacity} * sizeof(Frame), area_);
    if (stack == 0) return false;
    auto* frames = reinterpret_cast<Frame*>(arena_.at(stack));
    std::memcpy(static_cast<void*>(frames), thread.frames, thread.depth * sizeof(Frame));
    // A reader that sees the old stack with the new capacity stays inside the arena, and the depth is still within the
    // old one.
    thread.entry->stack.store(stack, std::memory_order_release);
    thread.entry->capacity = capacity;
    thread.frames = frames;
    thread.capacity = capacity;
    return true;
  }

  /// Before a fork, in the forking thread: sets its frames aside, since the parent runs on while the child reads them.
  void prepare_fork(const Thread* current) {
    // A thread that runs no Python may fork without the interpreter lock: it must not touch anything.
    if (current != nullptr) forking_.assign(current->frames, current->frames + current->depth);
  }

  /// In the child: only `current` (or none) is left, with an empty stack in the child's own area that has room for the
  /// frames set aside. Those are returned, for the recorder to put back.
  std::vector<Frame> begin_in_child(ProcessArea& area, TableKind kind, Thread* current) {
    std::vector<Frame> frames = std::move(forking_);
    forking_.clear();
    std::erase_if(threads_, [&](const auto& thread) { return thread.get() != current; });
    begin(area, kind);
    if (current == nullptr) return {};
    current->index = 0;
    const auto depth = static_cast<std::uint32_t>(frames.size());
    if (claim(*current, area.pid, std::max(kFirstFrames, depth))) return frames;
    // No room for a thread: it has a record that nobody reads and a stack without room.
    static ThreadEntry nowhere;
    current->entry = &nowhere;
    current->frames = nullptr;
    current->capacity = 0;
    current->depth = 0;
    return {};
  }

  /// Calls `close(thread, when it ended)` for threads that ended with frames open: nothing of theirs may run on.
  template <class Close>
  void close_ended(Ticks now, Close&& close) noexcept {
    for (const auto& thread : threads_) {
      const bool ended =
          thread->entry->state.load(std::memory_order_acquire) == static_cast<std::uint32_t>(ThreadState::kEnded);
      if (ended && thread->depth != 0) close(*thread, std::min<Ticks>(now, thread->entry->ended_ticks));
    }
  }

  [[nodiscard]] const std::vector<std::unique_ptr<Thread>>& all() const noexcept { return threads_; }

 private:
  bool claim(Thread& thread, std::uint32_t os_id, std::uint32_t capacity) noexcept {
    ThreadEntry* entry = entries_.reserve(1, thread.index);
    const Offset stack = entry == nullptr ? 0 : arena_.claim(std::size_t{capacity} * sizeof(Frame), area_);
    if (stack == 0) return false;
    entry->os_id = os_id;
    entry->capacity = capacity;
    entry->stack.store(stack, std::memory_order_relaxed);
    entry->state.store(static_cast<std::uint32_t>(ThreadState::kLive), std::memory_order_relaxed);
    entries_.publish();
    thread.entry = entry;
    thread.frames = reinterpret_cast<Frame*>(arena_.at(stack));
    thread.capacity = capacity;
    thread.depth = 0;
    return true;
  }

  ArenaWriter arena_;
  ProcessArea* area_ = nullptr;
  TableWriter<ThreadEntry> entries_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::vector<Frame> forking_;
};

}  // namespace pyharness
