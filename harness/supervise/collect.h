#pragma once

#include "harness/base/clock.h"
#include "harness/record/arena_reader.h"
#include "harness/record/recording.h"
#include "harness/supervise/host_process.h"
#include "harness/supervise/interpreter.h"
#include "harness/supervise/run_plan.h"

namespace pyharness {

/// What one run of the program left behind.
struct EndedRun {
  const RunPlan& plan;
  const Interpreter& interpreter;
  const std::vector<std::string>& argv;
  const std::string& root;
  const ArenaReader& arena;
  HostEnd end;
  pid_t pid;
  ClockSource clock;
  ClockPair began;
  ClockPair ended;
  std::string started_at;  // ISO 8601, UTC
};

/// Builds the recording of one run. The arena is not trusted; the source files are read as they are now.
Recording collect(const EndedRun& run);

/// Now, as "2026-11-22T13:43:39.123456Z".
std::string utc_now();

}  // namespace pyharness
