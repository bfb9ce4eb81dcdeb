#pragma once

#include <string_view>

#include "harness/record/arena_reader.h"
#include "harness/record/arena_writer.h"
#include "harness/record/recording.h"
#include "harness/record/run_context.h"

namespace pyharness {

/// Children of the program that have ended while it runs on. What they left is added up and their part of the arena is
/// given back, so that the recording needs room for the processes that live at a time, not for all there ever were. The
/// sum lies in the arena too, for whoever else reads it.
class EndedProcesses {
 public:
  /// What `arena` lies over and `context` are borrowed. `began` is when the run did.
  EndedProcesses(const ArenaWriter& arena, const RunContext& context, ClockPair began) noexcept
      : arena_(arena), context_(context), began_(began) {}

  /// Adds up those that have ended by now; `host` is the program itself, which never is. Does nothing where that is
  /// none. What is in the arena may be a scribble of the program: it then loses its figures, and nothing else.
  void add_up(pid_t host) noexcept;

  /// A recording of those so far: its sections, processes and losses.
  [[nodiscard]] const Recording& sum() const { return sum_; }

 private:
  void add_up_all(pid_t host);
  void publish(std::string_view text) noexcept;

  ArenaWriter arena_;
  const RunContext& context_;
  ClockPair began_;
  Recording sum_;
  Extent published_{};
  bool gave_up_ = false;
};

/// The sum as it lies in an arena; empty where there is none, or none that can be read.
Recording read_ended_processes(const ArenaReader& arena);

}  // namespace pyharness
