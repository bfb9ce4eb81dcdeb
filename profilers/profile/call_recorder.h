#pragma once

// The hot half of the profile mode: books calls, self and cumulative time per function and per caller and callee into
// the arena, with the arithmetic of cProfile. Knows no Python; the hooks tell it which function enters and leaves. How
// it counts: docs/profile-mode.md.

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "harness/base/clock.h"
#include "harness/record/arena_writer.h"
#include "harness/record/text_table.h"
#include "profilers/flat_map.h"
#include "profilers/thread_stacks.h"

namespace pyharness {

/// Identifies a call while it is open: a frame, or a C function.
using CallKey = std::uint64_t;

/// Tables and cold work, the same for every clock. All calls come under the interpreter lock, except end_thread().
class CallBook {
 public:
  /// Who called whom. Owned by the book.
  struct Edge {
    std::uint32_t index = kNoIndex;  // in the table of edges
    std::uint32_t caller = kNoIndex;
    EdgeEntry* entry = nullptr;  // in the arena
  };

  /// Of functions that are made at run time, of one name and place, so many are told apart: they may be new each time,
  /// and the recording must not grow with them.
  static constexpr std::uint64_t kMostVariants = 16;

  /// What tells functions apart. `variant` is for those that would look the same, as two lambdas of one line.
  struct Identity {
    std::string file;  // absolute, a label as "<string>", or "~" for a C function
    std::uint32_t line = 0;
    std::string name;  // qualified
    std::uint64_t variant = 0;
    auto operator<=>(const Identity&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14 sees a 0 in it
  };

  /// A function that can be called. Owned by the book, for as long as it lives.
  struct Callee {
    bool watched = true;
    std::uint32_t index = kNoIndex;  // in the table of calls; none until it is first called in this process
    CallEntry* entry = nullptr;      // in the arena
    Edge* last_edge = nullptr;       // by which it was called last: a loop calls it from the same place again
    const Identity* identity = nullptr;
  };

  /// A thread's open calls, and how often each function and edge is among them: recursion books cumulative time once.
  struct Thread : ThreadStack<OpenCall> {
    std::vector<std::uint32_t> function_depth;  // by index in the table of calls
    std::vector<std::uint32_t> edge_depth;      // by index in the table of edges
  };

  CallBook(const ArenaWriter& arena, TextTable& text) : arena_(arena), text_(text), threads_(arena) {
    unwatched_.watched = false;
  }
  CallBook(const CallBook&) = delete;
  CallBook& operator=(const CallBook&) = delete;

  /// Books into `area` from now on.
  void begin(ProcessArea& area);
  /// Before a fork, in the forking thread.
  void prepare_fork(const Thread* current) { threads_.prepare_fork(current); }
  /// In the forked child: books into a fresh area, with the calls of `current` (which may be null) open, but not
  /// counted again, and all counts at zero.
  void begin_in_child(ProcessArea& area, Thread* current, Ticks now);

  /// The function of this identity, the same one for the same. Throws std::bad_alloc.
  Callee* add_callee(Identity identity);
  /// What stands for all functions that are not watched.
  [[nodiscard]] Callee* unwatched() noexcept { return &unwatched_; }

  /// A record for the calling thread; null where the arena is full.
  Thread* begin_thread(std::uint32_t os_id, Ticks now);
  /// From the ending thread itself, without the interpreter lock.
  static void end_thread(Thread& thread, Ticks now) noexcept {
    ThreadStacks<OpenCall, Thread>::end_thread(thread, now);
  }
  /// Ends the open calls of a thread now: their events will not come any more.
  void close_thread(Thread& thread, Ticks now) noexcept;
  /// A call that goes on, unseen until now: its time is booked from now on, the call itself is not counted.
  void reopen(Thread& thread, CallKey key, Callee& callee, Ticks now) noexcept;
  /// Leaves `key` on top by ending what lies above it; false where it is not open.
  bool unwind_to(Thread& thread, CallKey key, Ticks now) noexcept;

  /// Stops and goes on booking; the calls are followed all the same.
  void pause(Ticks now) noexcept;
  void resume(Ticks now) noexcept;
  /// Sets all counts to zero; open calls begin anew, and are not counted.
  void drop_all(Ticks now) noexcept;

  void count_loss(Loss loss) noexcept;

  /// Whether `key` is the innermost open call.
  [[nodiscard]] static bool is_on_top(const Thread& thread, CallKey key) noexcept {
    return thread.depth != 0 && thread.frames[thread.depth - 1].key == key;
  }

 protected:
  /// Puts a call on the stack, with its time to be set. Null, and a counted loss, where the arena is full.
  OpenCall* push(Thread& thread, CallKey key, Callee& callee, std::uint32_t flags) noexcept {
    if ((thread.depth == thread.capacity || callee.index >= thread.function_depth.size()) &&
        !make_ready(thread, callee)) {
      count_loss(Loss::kArenaFull);
      return nullptr;
    }
    Edge* edge = thread.depth == 0 ? nullptr : edge_from(thread, *callee_of(thread.frames[thread.depth - 1]), callee);
    if (thread.function_depth[callee.index]++ == 0) flags |= call_flags::kOutermost;
    if (edge != nullptr && thread.edge_depth[edge->index]++ == 0) flags |= call_flags::kOutermostPair;
    OpenCall& call = thread.frames[thread.depth];
    call = {0,
            0,
            key,
            reinterpret_cast<std::uint64_t>(&callee),
            reinterpret_cast<std::uint64_t>(edge),
            callee.index,
            edge == nullptr ? kNoIndex : edge->index,
            flags,
            0};
    thread.set_depth(thread.depth + 1);
    return &call;
  }

  /// Ends the innermost call.
  void pop(Thread& thread, Ticks now) noexcept {
    const std::uint32_t top = thread.depth - 1;
    OpenCall& call = thread.frames[top];
    Callee& callee = *callee_of(call);
    Edge* edge = edge_of(call);
    --thread.function_depth[callee.index];
    if (edge != nullptr) --thread.edge_depth[edge->index];
    if (booking_) book_time(thread, top, now);
    if ((call.flags & call_flags::kCounted) != 0) {
      count_call(callee.entry->figures, (call.flags & call_flags::kOutermost) != 0);
      if (edge != nullptr) count_call(edge->entry->figures, (call.flags & call_flags::kOutermostPair) != 0);
    }
    thread.set_depth(top);
  }

  bool booking_ = true;

 private:
  [[nodiscard]] static Callee* callee_of(const OpenCall& call) noexcept {
    return reinterpret_cast<Callee*>(call.callee);
  }
  [[nodiscard]] static Edge* edge_of(const OpenCall& call) noexcept { return reinterpret_cast<Edge*>(call.edge); }

  static void count_call(CallFigures& figures, bool outermost) noexcept {
    ++figures.calls;
    figures.recursive_calls += outermost ? 0 : 1;
  }

  // What lies above `at` must have been booked already.
  static void book_time(Thread& thread, std::uint32_t at, Ticks now) noexcept {
    const OpenCall& call = thread.frames[at];
    // Clocks of two cores may disagree by a tick: nothing must ever wrap.
    const Ticks total = now > call.since ? now - call.since : 0;
    const Ticks self = total > call.child_ticks ? total - call.child_ticks : 0;
    if (at != 0) thread.frames[at - 1].child_ticks += total;
    CallFigures& function = callee_of(call)->entry->figures;
    function.self_ticks += self;
    if ((call.flags & call_flags::kOutermost) != 0) function.cumulative_ticks += total;
    if (const Edge* edge = edge_of(call); edge != nullptr) {
      edge->entry->figures.self_ticks += self;
      if ((call.flags & call_flags::kOutermostPair) != 0) edge->entry->figures.cumulative_ticks += total;
    }
  }

  // Null where the arena is full: the call is booked without its caller.
  Edge* edge_from(Thread& thread, const Callee& caller, Callee& callee) noexcept {
    Edge* edge = callee.last_edge;
    const bool same = edge != nullptr && edge->caller == caller.index && edge->index < thread.edge_depth.size();
    return same ? edge : find_edge(thread, caller, callee);
  }

  Edge* find_edge(Thread& thread, const Callee& caller, Callee& callee) noexcept;
  /// Room on the stack, and in the tables for the function; false where the arena is full.
  bool make_ready(Thread& thread, Callee& callee) noexcept;
  bool register_callee(Callee& callee) noexcept;
  void begin_tables(ProcessArea& area);
  /// Nothing of a thread that has ended runs on.
  void close_ended(Ticks now) noexcept;
  template <class Action>
  void each_open_call(Action&& action) noexcept;

  ArenaWriter arena_;
  TextTable& text_;
  ProcessArea* area_ = nullptr;
  TableWriter<CallEntry> calls_;
  TableWriter<EdgeEntry> edge_entries_;
  ThreadStacks<OpenCall, Thread> threads_;
  std::map<Identity, Callee> callees_;
  std::deque<Edge> edges_;
  FlatMap<Edge*> edge_by_pair_;
  Callee unwatched_;
};

/// The events themselves. C is what time is read from.
template <Clock C>
class CallRecorder : public CallBook {
 public:
  using CallBook::CallBook;

  /// `callee` is called. The clock is read last: what stands before is the caller's.
  void enter(Thread& thread, CallKey key, Callee& callee) noexcept {
    if (OpenCall* call = push(thread, key, callee, booking_ ? call_flags::kCounted : 0); call != nullptr)
      call->since = C::now();
  }

  /// The call returns or is left by an exception. The clock is read first. False where it is not the innermost.
  bool leave(Thread& thread, CallKey key) noexcept {
    const Ticks now = C::now();
    if (!is_on_top(thread, key)) return false;
    pop(thread, now);
    return true;
  }
};

}  // namespace pyharness
