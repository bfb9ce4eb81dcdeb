#pragma once

#include "harness/base/clock.h"
#include "harness/record/arena_reader.h"
#include "harness/record/recording.h"
#include "harness/record/run_context.h"
#include "harness/supervise/host_process.h"

namespace pyharness {

/// What one run of the program left behind, or has recorded by now. All of it may come from an arena that is not to be
/// trusted, but for these: `began` is not after `ended`.
struct EndedRun {
  const RunContext& context;
  const ArenaReader& arena;
  const Recording& ended_processes;  // those that have ended and are no longer in the arena
  HostEnd end;                       // of a program that still runs, what it has used
  pid_t pid;
  pid_t supervisor_pid;
  ClockPair began;
  ClockPair ended;  // or now
  bool live;        // the program's other processes may still run, here
};

/// Builds the recording of one run. The source files are read as they are now.
Recording collect(const EndedRun& run);

}  // namespace pyharness
