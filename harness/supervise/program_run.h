#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "harness/record/recording.h"
#include "harness/supervise/arena_file.h"
#include "harness/supervise/host_process.h"
#include "harness/supervise/signal_relay.h"
#include "harness/supervise/zygote.h"

namespace pyharness {

/// One run of the program, in an arena of its own. What it refers to must outlive it.
class ProgramRun {
 public:
  /// `keep` as in ArenaFile. Throws Failure where there is no room for an arena.
  ProgramRun(const HostPlan& plan, const RunContext& context, const std::string& keep);

  /// Starts the program, relays signals to it until it has ended, and reaps it. `start.arena` is set here, but for a
  /// bare one. Throws Failure where it cannot be started.
  const HostEnd& run(HostStart start, SignalRelay& relay);
  /// The same as a fork of `zygote`. Where that comes to an end instead, its end is the program's.
  const HostEnd& run(Zygote& zygote, SignalRelay& relay);

  // afterwards
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::uint64_t wall_ns() const { return ended_.system_ns - began_.system_ns; }
  /// Whether it was the host that ended, before the program began. It has said why on stderr.
  [[nodiscard]] bool host_gave_up() const;
  /// Throws whatever reading it may throw, std::bad_alloc included.
  [[nodiscard]] Recording recording() const;

 private:
  const HostEnd& see_it_through(SignalRelay& relay);

  const RunContext& context_;
  bool kept_;
  ArenaFile arena_;
  pid_t pid_ = -1;
  ClockPair began_;
  ClockPair ended_;
  HostEnd end_;
  Recording ended_processes_;  // those that had ended and are no longer in the arena
};

}  // namespace pyharness
