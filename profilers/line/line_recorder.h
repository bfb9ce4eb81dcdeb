#pragma once

// The hot half of the line profiler: books hits and time per source line into the arena. Knows no Python; the hooks
// tell it which frame of which code enters, reaches a line, or leaves. How it counts: docs/line-mode.md.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "harness/base/clock.h"
#include "harness/record/arena_writer.h"
#include "harness/record/text_table.h"
#include "profilers/line/line_index.h"
#include "profilers/thread_stacks.h"

namespace pyharness {

/// What is known of a code object when it is first seen.
struct CodeFacts {
  std::string file;
  std::string qualified_name;
  std::uint32_t first_line = 0;
  std::uint32_t last_line = 0;
  std::vector<std::uint32_t> lines;  // ascending, without repeats
};

/// Identifies a frame while it is open; never 0.
using FrameKey = std::uint64_t;

/// What one event costs, as calibrated; 0 where that is not known. In picoseconds.
struct LineCosts {
  std::uint64_t line = 0;       // a line is reached
  std::uint64_t call = 0;       // a watched frame begins and ends
  std::uint64_t resume = 0;     // the frame of a generator goes on and is suspended
  std::uint64_t unwatched = 0;  // anything in code that is not watched
};

struct LineOptions {
  LineCosts costs;
  bool per_thread = false;  // threads have figures of their own
};

/// Tables and cold work, the same for every clock. All calls come under the interpreter lock, except end_thread().
class LineBook {
 public:
  struct Activation;

  /// What a code object books into. Code objects that are alike (same file, name and lines) share one, so that exec in
  /// a loop stays bounded and recursion through it is seen. Owned by the book, for as long as it lives.
  struct Function {
    CodeFacts facts;
    LineIndex index;
    bool watched = true;
    bool marked = false;  // with @profile
    std::uint32_t first_line_entry = kNoIndex;
    LineEntry* lines = nullptr;                            // in the arena, one per line of facts; null where threads
                                                           // are told apart
    FunctionEntry* entry = nullptr;                        // likewise; null until it first runs in this process
    std::vector<std::unique_ptr<Activation>> activations;  // by thread index
  };

  /// One function on one thread. What an event needs is here, so that it follows one pointer.
  struct Activation {
    Function* function = nullptr;
    FunctionEntry* entry = nullptr;  // of the function, or its own where threads are told apart
    LineEntry* lines = nullptr;      // likewise
    LineIndex::View index;           // of the function
    std::uint32_t first_line_entry = kNoIndex;
    std::uint32_t thread = 0;     // native id
    std::uint32_t depth = 0;      // its frames on the thread's stack
    std::uint32_t outermost = 0;  // where the first of them stands there
    /// How often each line is open, by ordinal: kept only while the function is recursing (depth above 1), so that it
    /// books the time of a line once.
    std::vector<std::uint32_t> open;
  };

  using Thread = ThreadStack<OpenFrame>;

  /// `engine` is who will tell of events.
  LineBook(const ArenaWriter& arena, TextTable& text, LineEngine engine, const LineOptions& options = {})
      : costs_(options.costs),
        arena_(arena),
        text_(text),
        engine_(engine),
        per_thread_(options.per_thread),
        threads_(arena) {
    unwatched_.watched = false;
  }
  LineBook(const LineBook&) = delete;
  LineBook& operator=(const LineBook&) = delete;

  /// Books into `area` from now on.
  void begin(ProcessArea& area);
  /// Before a fork, in the forking thread.
  void prepare_fork(const Thread* current) { threads_.prepare_fork(current); }
  /// In the forked child: books into a fresh area, with the frames of `current` (which may be null) open and all counts
  /// at zero.
  void begin_in_child(ProcessArea& area, Thread* current, Ticks now);

  /// The function of these facts, the same one for the same facts. Throws std::bad_alloc.
  Function* add_function(CodeFacts facts);
  /// What stands for all code that is not watched.
  [[nodiscard]] Function* unwatched() noexcept { return &unwatched_; }
  /// `function` was decorated with @profile.
  void mark(Function& function) noexcept;

  /// A record for the calling thread; null where the arena is full.
  Thread* begin_thread(std::uint32_t os_id, Ticks now);
  /// From the ending thread itself, without the interpreter lock.
  static void end_thread(Thread& thread, Ticks now) noexcept { ThreadStacks<OpenFrame>::end_thread(thread, now); }
  /// Drops the frames of a thread, booking them until now: its events will not come any more.
  void close_thread(Thread& thread, Ticks now) noexcept;

  /// Stops and goes on booking; the frames are followed all the same.
  void pause(Ticks now) noexcept;
  void resume(Ticks now) noexcept;
  [[nodiscard]] bool paused() const noexcept { return !booking_; }
  /// Sets all counts to zero; open lines begin anew.
  void drop_all(Ticks now) noexcept;

  void count_loss(Loss loss) noexcept;

 protected:
  Activation* activation_of(Thread& thread, Function& function) noexcept {
    if (thread.index < function.activations.size()) {
      Activation* on = function.activations[thread.index].get();
      if (on != nullptr && on->entry != nullptr && on->thread == thread.entry->os_id) return on;
    }
    return make_activation(thread, function);
  }
  bool make_room(Thread& thread) noexcept { return threads_.grow(thread); }
  /// Leaves `key` on top by closing what lies above it; false where it is not there.
  bool unwind_to(Thread& thread, FrameKey key, Ticks now) noexcept;

  [[nodiscard]] static Activation* activation(const OpenFrame& frame) noexcept {
    return reinterpret_cast<Activation*>(frame.activation);
  }

  [[gnu::always_inline]] void close_line(const Thread& thread, OpenFrame& frame, Activation& on,
                                         Ticks now) const noexcept {
    if (frame.line_entry == kNoIndex) return;
    const std::uint32_t ordinal = frame.line_entry - on.first_line_entry;
    frame.line_entry = kNoIndex;
    if (on.depth > 1) --on.open[ordinal];
    if (booking_) book_line(thread, frame, on.lines[ordinal], now, frame.child_ticks);
    frame.child_ticks = 0;
  }

  static void book_line(const Thread& thread, const OpenFrame& frame, LineEntry& line, Ticks now,
                        Ticks in_children) noexcept {
    const Ticks elapsed = now - frame.line_since;
    const Ticks own = elapsed - in_children;
    const bool books = (frame.flags & frame_flags::kBooksLine) != 0;
    line.own_ticks += own;
    line.other_ticks += (books ? elapsed : 0) - own;
    if (books) line.hook_cost += thread.entry->hook_cost - frame.line_cost;
  }

  [[gnu::always_inline]] void open_line(const Thread& thread, OpenFrame& frame, Activation& on, std::uint32_t ordinal,
                                        Ticks now, std::uint64_t hit_cost) const noexcept {
    const bool first = on.depth == 1 || on.open[ordinal]++ == 0;
    frame.flags = (frame.flags & ~frame_flags::kBooksLine) | (first ? frame_flags::kBooksLine : 0);
    const std::uint64_t cost_before = thread.entry->hook_cost;
    thread.entry->hook_cost = cost_before + hit_cost;
    frame.line_since = now;
    frame.line_cost = cost_before + hit_cost;
    frame.line_entry = on.first_line_entry + ordinal;
    // A frame's own clock starts with its first line.
    if (frame.function_since != 0) return;
    frame.function_since = now;
    frame.function_cost = cost_before;
  }

  // Of a recursing function.
  static void move_open_line(OpenFrame& frame, Activation& on, std::uint32_t from, std::uint32_t to) noexcept {
    std::uint32_t* open = on.open.data();
    --open[from];
    frame.flags = (frame.flags & ~frame_flags::kBooksLine) | (open[to]++ == 0 ? frame_flags::kBooksLine : 0);
  }

  /// A frame is put on top. `on` is null for one that is not watched.
  [[gnu::always_inline]] OpenFrame& push_frame(Thread& thread, FrameKey key, Activation* on) const noexcept {
    OpenFrame& frame = thread.frames[thread.depth];
    frame = {.key = key,
             .activation = reinterpret_cast<std::uint64_t>(on),
             .line_since = 0,
             .function_since = 0,
             .child_ticks = 0,
             .line_cost = 0,
             .function_cost = 0,
             .line_entry = kNoIndex,
             .flags = 0};
    if (on != nullptr) {
      if (++on->depth == 1) {
        on->outermost = thread.depth;
        frame.flags = frame_flags::kOutermost;
      } else if (on->depth == 2) {
        count_outermost(thread, *on, 1);
      }
    }
    thread.set_depth(thread.depth + 1);
    return frame;
  }

  /// The top one leaves.
  [[gnu::always_inline]] void pop_frame(Thread& thread, Ticks now) const noexcept {
    OpenFrame& frame = thread.frames[thread.depth - 1];
    // One that is not watched stands for those that it called.
    Ticks whole = frame.child_ticks;
    if (Activation* on = activation(frame); on != nullptr) {
      if (frame.function_since != 0) whole = now - frame.function_since;
      close_line(thread, frame, *on, now);
      if (--on->depth == 1) count_outermost(thread, *on, -1);
      if ((frame.flags & frame_flags::kOutermost) != 0 && frame.function_since != 0 && booking_) {
        on->entry->ticks += whole;
        on->entry->hook_cost += thread.entry->hook_cost - frame.function_cost;
      }
    }
    thread.set_depth(thread.depth - 1);
    if (thread.depth != 0) thread.frames[thread.depth - 1].child_ticks += whole;
  }

  // The line that the outermost frame has open, into or out of the counts of a recursion.
  static void count_outermost(const Thread& thread, Activation& on, int by) noexcept {
    const OpenFrame& frame = thread.frames[on.outermost];
    if (frame.line_entry != kNoIndex) on.open[frame.line_entry - on.first_line_entry] += static_cast<std::uint32_t>(by);
  }

  LineCosts costs_;
  bool booking_ = true;

 private:
  using Identity = std::tuple<std::string, std::string, std::uint32_t, std::vector<std::uint32_t>>;

  /// What a function books into: its own, or that of one thread.
  struct Rows {
    FunctionEntry* entry = nullptr;  // null where the arena is full
    LineEntry* lines = nullptr;
    std::uint32_t first = 0;
  };

  void begin_tables(ProcessArea& area);
  Activation* make_activation(Thread& thread, Function& function) noexcept;
  Rows add_rows(const Function& function, std::uint32_t thread) noexcept;
  bool register_function(Function& function) noexcept;
  bool point_at(Activation& on, Function& function, std::uint32_t thread) noexcept;
  /// Nothing of a thread that has ended runs on.
  void close_ended(Ticks now) noexcept;
  template <class Action>
  void each_open_frame(Action&& action) noexcept;
  /// What is open books from now on.
  void begin_open_anew(Ticks now) noexcept;

  ArenaWriter arena_;
  TextTable& text_;
  LineEngine engine_;
  bool per_thread_;
  ProcessArea* area_ = nullptr;
  TableWriter<FunctionEntry> entries_;
  TableWriter<LineEntry> lines_;
  ThreadStacks<OpenFrame> threads_;
  std::map<Identity, Function> functions_;
  std::vector<Rows> of_threads_;  // of per_thread_
  Function unwatched_;
};

/// The events themselves. C is what time is read from.
template <Clock C>
class LineRecorder : public LineBook {
 public:
  using LineBook::LineBook;

  /// A frame of `function` starts.
  void enter(Thread& thread, FrameKey key, Function& function) noexcept { begin_frame(thread, key, function, 0); }

  /// A generator's frame goes on and, where `ordinal` is one of its lines, in the middle of that one.
  void resume_frame(Thread& thread, FrameKey key, Function& function, std::uint32_t ordinal) noexcept {
    OpenFrame* frame = begin_frame(thread, key, function, frame_flags::kResumed);
    if (frame != nullptr && ordinal != kNoIndex) open_line(thread, *frame, *activation(*frame), ordinal, C::now(), 0);
  }

  /// A frame of `function` starts, and with it its first line.
  void enter_at(Thread& thread, FrameKey key, Function& function, std::uint32_t ordinal) noexcept {
    OpenFrame* frame = begin_frame(thread, key, function, 0);
    if (frame != nullptr) reach(thread, *frame, *activation(*frame), ordinal);
  }

  /// The frame reaches `line`. False where the frame never entered: it was open before the hooks were.
  bool line(Thread& thread, FrameKey key, std::uint32_t line) noexcept {
    if (!put_on_top(thread, key)) return false;
    OpenFrame& frame = thread.frames[thread.depth - 1];
    Activation* on = activation(frame);
    if (on == nullptr) {
      count_unwatched(thread);
      return true;
    }
    const std::uint32_t ordinal = on->index.find(line);
    if (ordinal == kNoIndex) {
      if (line != 0) count_loss(Loss::kForeignLine);  // an empty module has instructions, but on no line
      return true;
    }
    reach(thread, frame, *on, ordinal);
    return true;
  }

  /// The same for who knows which line of the function's it is.
  bool line_at(Thread& thread, FrameKey key, std::uint32_t ordinal) noexcept {
    if (!put_on_top(thread, key)) return false;
    OpenFrame& frame = thread.frames[thread.depth - 1];
    if (frame.activation != 0) reach(thread, frame, *activation(frame), ordinal);
    return true;
  }

  /// Again the same, of a frame on top that has a line open; else nothing, and false. This is what happens millions of
  /// times a second: one look at the clock and a few stores.
  [[nodiscard]] bool next_line(Thread& thread, FrameKey key, std::uint32_t ordinal) noexcept {
    OpenFrame& frame = *(thread.frames + thread.depth - 1);
    if (thread.depth == 0 || frame.key != key || frame.line_entry == kNoIndex || !booking_) return false;
    // A frame with a line open is watched, and its own clock runs.
    Activation& on = *activation(frame);
    const Ticks now = C::now();
    const std::uint32_t before = frame.line_entry - on.first_line_entry;
    // The only frame of its function always books what it has open: without children that is its own time.
    if (on.depth == 1 && frame.child_ticks == 0) {
      on.lines[before].own_ticks += now - frame.line_since;
    } else {
      book_line(thread, frame, on.lines[before], now, frame.child_ticks);
      frame.child_ticks = 0;
      if (on.depth > 1) move_open_line(frame, on, before, ordinal);
    }
    frame.line_since = now;
    frame.line_cost = thread.entry->hook_cost += costs_.line;
    frame.line_entry = on.first_line_entry + ordinal;
    ++on.lines[ordinal].hits;
    return true;
  }

  /// Frames above the first `depth` are not running any more.
  void leave_above(Thread& thread, std::uint32_t depth) noexcept {
    const Ticks now = C::now();
    while (thread.depth > depth) end_frame(thread, now);
  }

  /// The frame returns, yields or is left by an exception.
  void leave(Thread& thread, FrameKey key) noexcept {
    if (!put_on_top(thread, key)) return;
    if (thread.frames[thread.depth - 1].activation == 0) {
      count_unwatched(thread);
      pop_frame(thread, 0);
    } else {
      end_frame(thread, C::now());
    }
  }

 private:
  [[gnu::always_inline]] void reach(Thread& thread, OpenFrame& frame, Activation& on, std::uint32_t ordinal) noexcept {
    const Ticks now = C::now();
    close_line(thread, frame, on, now);
    open_line(thread, frame, on, ordinal, now, costs_.line);
    on.lines[ordinal].hits += booking_ ? 1 : 0;
  }

  // Null for one that is not watched, or found no room.
  [[gnu::always_inline]] OpenFrame* begin_frame(Thread& thread, FrameKey key, Function& function,
                                                std::uint32_t flags) noexcept {
    if (thread.depth == thread.capacity && !make_room(thread)) {
      count_loss(Loss::kArenaFull);
      return nullptr;
    }
    Activation* on = function.watched ? activation_of(thread, function) : nullptr;
    OpenFrame& frame = push_frame(thread, key, on);
    if (on == nullptr) {
      count_unwatched(thread);
      return nullptr;
    }
    frame.flags |= flags;
    ++(flags == 0 ? thread.entry->calls : thread.entry->resumptions);
    thread.entry->hook_cost += (flags == 0 ? costs_.call : costs_.resume) / 2;
    return &frame;
  }

  // What telling of its end costs is its caller's.
  [[gnu::always_inline]] void end_frame(Thread& thread, Ticks now) noexcept {
    const bool resumed = (thread.frames[thread.depth - 1].flags & frame_flags::kResumed) != 0;
    pop_frame(thread, now);
    thread.entry->hook_cost += (resumed ? costs_.resume : costs_.call) / 2;
  }

  // False where it is not among the open ones.
  bool put_on_top(Thread& thread, FrameKey key) noexcept {
    return (thread.depth != 0 && thread.frames[thread.depth - 1].key == key) || unwind_to(thread, key, C::now());
  }

  void count_unwatched(const Thread& thread) const noexcept {
    ++thread.entry->unwatched_events;
    thread.entry->hook_cost += costs_.unwatched;
  }
};

}  // namespace pyharness
