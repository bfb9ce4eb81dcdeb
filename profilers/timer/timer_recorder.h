#pragma once

// The hot half of the named timers: books how long calls and blocks took, into a histogram for each name, in the arena.
// Knows no Python. How it counts: docs/timers.md.

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/base/clock.h"
#include "harness/record/arena_writer.h"
#include "harness/record/text_table.h"

namespace pyharness {

/// Tables and cold work, the same for every clock. All calls come under the interpreter lock.
class TimerBook {
 public:
  /// What is booked under one name. Owned by the book, for as long as it lives.
  struct Timer {
    const std::string* name = nullptr;
    std::uint32_t index = kNoIndex;  // in the table of timers; none until it is first needed in this process
    TimerEntry* entry = nullptr;     // in the arena
    TimerOctave* octaves[kOctaves] = {};
  };

  /// Who began: a frame, or a block.
  struct Key {
    std::uint64_t who = 0;
    std::uint64_t where = 0;  // of a block: the frame that it began in
    bool operator==(const Key&) const = default;
  };

  TimerBook(const ArenaWriter& arena, TextTable& text) : arena_(arena), text_(text) {}
  TimerBook(const TimerBook&) = delete;
  TimerBook& operator=(const TimerBook&) = delete;

  /// Books into `area` from now on, with nothing open: in a forked child, what is open is its parent's alone.
  void begin(ProcessArea& area) noexcept;

  /// The same one for the same name. Throws std::bad_alloc.
  Timer* timer_named(const std::string& name);
  /// What measuring puts into each time that is booked from now on.
  void set_cost(Ticks cost) noexcept { cost_ = cost; }

  /// What begins while booking is off is not counted.
  void pause() noexcept { booking_ = false; }
  void resume() noexcept { booking_ = true; }
  /// Sets all counts to zero and forgets what is open.
  void drop_all() noexcept;

  void count_loss(Loss loss) noexcept;

 protected:
  struct Call {
    Key key;
    Timer* timer = nullptr;
    OpenTimer* open = nullptr;
  };

  /// A place in the arena for what begins now. Null where booking is off, or the arena is full.
  OpenTimer* begin_call(Timer& timer) noexcept {
    if (!booking_) return nullptr;
    if ((free_.empty() || calls_.size() == calls_.capacity() || timer.entry == nullptr) && !make_ready(timer)) {
      count_loss(Loss::kArenaFull);
      return nullptr;
    }
    OpenTimer* open = free_.back();
    free_.pop_back();
    open->until = 0;
    open->since = 0;
    open->timer.store(timer.index + 1, std::memory_order_release);
    return open;
  }

  void end_call(const Call& call, Ticks now) noexcept {
    const Ticks since = call.open->since;
    call.open->timer.store(0, std::memory_order_release);
    free_.push_back(call.open);  // it has room for all
    book(*call.timer, now > since ? now - since : 0);
  }

  void forget(OpenTimer& open) noexcept {
    open.timer.store(0, std::memory_order_release);
    free_.push_back(&open);
  }

  /// Takes the newest call that `matches` off the list, wherever it is: threads and greenlets take turns.
  template <class Matches>
  bool take_call(Call& into, Matches&& matches) noexcept {
    for (std::size_t i = calls_.size(); i != 0; --i) {
      if (!matches(calls_[i - 1])) continue;
      into = calls_[i - 1];
      calls_.erase(calls_.begin() + static_cast<std::ptrdiff_t>(i - 1));
      return true;
    }
    return false;
  }

  /// A generator's call that nobody saw end ended when it was last suspended.
  void end_unseen(std::uint64_t frame, Ticks now) noexcept;

  std::vector<Call> calls_;                             // of functions and blocks, the newest last
  std::unordered_map<std::uint64_t, Call> generators_;  // by frame

 private:
  void book(Timer& timer, Ticks ticks) noexcept {
    TimerEntry& entry = *timer.entry;
    const BucketPlace place = bucket_place(ticks);
    if (entry.count == 0 || ticks < entry.min_ticks) entry.min_ticks = ticks;
    if (ticks > entry.max_ticks) entry.max_ticks = ticks;
    entry.total_ticks += ticks;
    ++entry.count;
    TimerOctave* octave = timer.octaves[place.octave];
    if (octave == nullptr) octave = add_octave(timer, place.octave);
    if (octave != nullptr) ++octave->counts[place.within];
  }

  bool make_ready(Timer& timer) noexcept;
  bool begin_tables() noexcept;
  bool add_entry(Timer& timer);
  TimerOctave* add_octave(Timer& timer, std::uint32_t octave) noexcept;

  ArenaWriter arena_;
  TextTable& text_;
  ProcessArea* area_ = nullptr;
  TableWriter<TimerEntry> entries_;
  TableWriter<TimerOctave> octaves_;
  TableWriter<OpenTimer> open_;
  std::vector<OpenTimer*> free_;
  std::map<std::string, Timer> timers_;
  Ticks cost_ = 0;
  bool booking_ = true;
};

/// The events themselves. C is what time is read from.
template <Clock C>
class TimerRecorder : public TimerBook {
 public:
  using TimerBook::TimerBook;

  /// The clock is read last: what stands before is the caller's.
  void enter(Timer& timer, const Key& key) noexcept {
    OpenTimer* open = begin_call(timer);
    if (open == nullptr) return;
    calls_.push_back({key, &timer, open});
    open->since = C::now();
  }

  /// The clock is read first. What did not begin while booking was on is passed over.
  void leave(const Key& key) noexcept {
    const Ticks now = C::now();
    if (!calls_.empty() && calls_.back().key == key) [[likely]] {
      const Call call = calls_.back();
      calls_.pop_back();
      return end_call(call, now);
    }
    Call call;
    if (take_call(call, [&](const Call& other) { return other.key == key; })) end_call(call, now);
  }

  /// The same for a block, which may end in another frame than it began in (contextlib.ExitStack).
  void leave_block(const Key& key) noexcept {
    const Ticks now = C::now();
    Call call;
    if (take_call(call, [&](const Call& other) { return other.key == key; }) ||
        take_call(call, [&](const Call& other) { return other.key.who == key.who; }))
      end_call(call, now);
  }

  /// A generator or coroutine runs for the first time, in `frame`.
  void enter_generator(Timer& timer, std::uint64_t frame) noexcept {
    if (generators_.contains(frame)) end_unseen(frame, C::now());
    OpenTimer* open = begin_call(timer);
    if (open == nullptr) return;
    try {
      generators_.emplace(frame, Call{{frame, 0}, &timer, open});
      open->since = C::now();
    } catch (const std::bad_alloc&) {
      forget(*open);
      count_loss(Loss::kArenaFull);
    }
  }

  void leave_generator(std::uint64_t frame) noexcept {
    const Ticks now = C::now();
    const auto found = generators_.find(frame);
    if (found == generators_.end()) return;
    end_call(found->second, now);
    generators_.erase(found);
  }

  /// It stops running for a while, perhaps for good.
  void suspend(std::uint64_t frame) noexcept {
    if (const auto found = generators_.find(frame); found != generators_.end()) found->second.open->until = C::now();
  }
  void go_on(std::uint64_t frame) noexcept {
    if (const auto found = generators_.find(frame); found != generators_.end()) found->second.open->until = 0;
  }

  /// The least that is booked for nothing: what lies between the two readings of the clock.
  [[nodiscard]] static Ticks least_cost(auto&& measured_once) noexcept {
    Ticks least = ~Ticks{0};
    for (int i = 0; i < 64; ++i) least = std::min(least, static_cast<Ticks>(measured_once()));
    return least;
  }
};

}  // namespace pyharness
