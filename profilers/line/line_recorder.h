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
    LineEntry* lines = nullptr;                            // in the arena, one per line of facts
    FunctionEntry* entry = nullptr;                        // in the arena; null until it first runs in this process
    std::vector<std::unique_ptr<Activation>> activations;  // by thread index
  };

  /// One function on one thread. What an event needs is here, so that it follows one pointer.
  struct Activation {
    Function* function = nullptr;
    LineEntry* lines = nullptr;  // of the function
    LineIndex::View index;       // likewise
    std::uint32_t first_line_entry = kNoIndex;
    std::uint32_t depth = 0;      // its frames on the thread's stack
    std::uint32_t outermost = 0;  // where the first of them stands there
    /// How often each line is open, by ordinal: kept only while the function is recursing (depth above 1), so that it
    /// books the time of a line once.
    std::vector<std::uint32_t> open;
  };

  using Thread = ThreadStack<OpenFrame>;

  /// `engine` is who will tell of events.
  LineBook(const ArenaWriter& arena, TextTable& text, LineEngine engine)
      : arena_(arena), text_(text), engine_(engine), threads_(arena) {
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
  Activation* activation_of(Thread& thread, Function& function) noexcept;
  bool make_room(Thread& thread) noexcept { return threads_.grow(thread); }
  /// Leaves `key` on top by closing what lies above it; false where it is not there.
  bool unwind_to(Thread& thread, FrameKey key, Ticks now) noexcept;

  [[nodiscard]] static Activation* activation(const OpenFrame& frame) noexcept {
    return reinterpret_cast<Activation*>(frame.activation);
  }

  void close_line(OpenFrame& frame, Activation& on, Ticks now) const noexcept {
    if (frame.line_entry == kNoIndex) return;
    const std::uint32_t ordinal = frame.line_entry - on.first_line_entry;
    frame.line_entry = kNoIndex;
    if (on.depth > 1) --on.open[ordinal];
    if (frame.books_line != 0) on.lines[ordinal].ticks += now - frame.line_since;
  }

  void open_line(OpenFrame& frame, Activation& on, std::uint32_t ordinal, Ticks now) const noexcept {
    const bool first = on.depth == 1 || on.open[ordinal]++ == 0;
    frame.books_line = first && booking_ ? 1 : 0;
    frame.line_since = now;
    frame.line_entry = on.first_line_entry + ordinal;
    // The function's own clock starts with its first line, on its outermost frame.
    if (frame.function_since == 0 && on.depth == 1) frame.function_since = now;
  }

  void open_frame(const Thread& thread, Activation& on) const noexcept {
    if (++on.depth == 1) {
      on.outermost = thread.depth;
    } else if (on.depth == 2) {
      count_outermost(thread, on, 1);
    }
  }

  void close_frame(const Thread& thread, OpenFrame& frame, Ticks now) const noexcept {
    Activation* on = activation(frame);
    if (on == nullptr) return;
    close_line(frame, *on, now);
    if (--on->depth == 1) count_outermost(thread, *on, -1);
    if (frame.function_since != 0 && booking_) on->function->entry->ticks += now - frame.function_since;
  }

  // The line that the outermost frame has open, into or out of the counts of a recursion.
  static void count_outermost(const Thread& thread, Activation& on, int by) noexcept {
    const OpenFrame& frame = thread.frames[on.outermost];
    if (frame.line_entry != kNoIndex) on.open[frame.line_entry - on.first_line_entry] += static_cast<std::uint32_t>(by);
  }

  bool booking_ = true;

 private:
  using Identity = std::tuple<std::string, std::string, std::uint32_t, std::vector<std::uint32_t>>;

  void begin_tables(ProcessArea& area);
  bool register_function(Function& function) noexcept;
  static void point_at(Activation& on, Function& function) noexcept;
  /// Nothing of a thread that has ended runs on.
  void close_ended(Ticks now) noexcept;
  template <class Action>
  void each_open_frame(Action&& action) noexcept;

  ArenaWriter arena_;
  TextTable& text_;
  LineEngine engine_;
  ProcessArea* area_ = nullptr;
  TableWriter<FunctionEntry> entries_;
  TableWriter<LineEntry> lines_;
  ThreadStacks<OpenFrame> threads_;
  std::map<Identity, Function> functions_;
  Function unwatched_;
};

/// The events themselves. C is what time is read from.
template <Clock C>
class LineRecorder : public LineBook {
 public:
  using LineBook::LineBook;

  /// A frame of `function` starts or, where `resumed_line` is not 0, goes on in the middle of that line.
  void enter(Thread& thread, FrameKey key, Function& function, std::uint32_t resumed_line) noexcept {
    if (thread.depth == thread.capacity && !make_room(thread)) return count_loss(Loss::kArenaFull);
    OpenFrame& frame = thread.frames[thread.depth];
    frame = {key, 0, 0, 0, kNoIndex, 0};
    if (function.watched) {
      if (Activation* on = activation_of(thread, function)) {
        open_frame(thread, *on);
        frame.activation = reinterpret_cast<std::uint64_t>(on);
        const std::uint32_t ordinal = resumed_line == 0 ? kNoIndex : on->index.find(resumed_line);
        if (ordinal != kNoIndex) open_line(frame, *on, ordinal, C::now());
      }
    }
    thread.set_depth(thread.depth + 1);
  }

  /// The frame reaches `line`. False where the frame never entered: it was open before the hooks were.
  bool line(Thread& thread, FrameKey key, std::uint32_t line) noexcept {
    if ((thread.depth == 0 || thread.frames[thread.depth - 1].key != key) && !unwind_to(thread, key, C::now()))
      return false;
    OpenFrame& frame = thread.frames[thread.depth - 1];
    Activation* on = activation(frame);
    if (on == nullptr) return true;
    const std::uint32_t ordinal = on->index.find(line);
    if (ordinal == kNoIndex) {
      if (line != 0) count_loss(Loss::kForeignLine);  // an empty module has instructions, but on no line
      return true;
    }
    const Ticks now = C::now();
    close_line(frame, *on, now);
    open_line(frame, *on, ordinal, now);
    on->lines[ordinal].hits += booking_ ? 1 : 0;
    return true;
  }

  /// The frame returns, yields or is left by an exception.
  void leave(Thread& thread, FrameKey key) noexcept {
    const bool on_top = thread.depth != 0 && thread.frames[thread.depth - 1].key == key;
    if (!on_top && !unwind_to(thread, key, C::now())) return;
    OpenFrame& frame = thread.frames[thread.depth - 1];
    if (frame.activation != 0) close_frame(thread, frame, C::now());
    thread.set_depth(thread.depth - 1);
  }
};

}  // namespace pyharness
