#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/record/host_plan.h"
#include "harness/record/recording.h"
#include "harness/supervise/hook_costs.h"
#include "harness/supervise/interpreter.h"
#include "harness/supervise/program_run.h"
#include "harness/supervise/run_plan.h"
#include "harness/supervise/signal_relay.h"
#include "harness/supervise/zygote.h"

namespace pyharness {

/// One program that is run again and again, each time in a fresh process, into one recording of the runs that count.
class RepeatedRun {
 public:
  /// `target` by `python` (as after --python), otherwise as the plan says, which is borrowed. Throws Failure where
  /// there is no such interpreter, or it cannot do what is wanted.
  RepeatedRun(const RunPlan& plan, Target target, const std::string& python);

  /// Runs it once, with `input` as stdin where that is given. Throws Failure where it cannot be started.
  const HostEnd& run(std::optional<int> input, SignalRelay& relay);
  /// Adds that run to the recording. Throws HostGaveUp and RecordingLost.
  void count();
  /// Once more without hooks, for --verify; what goes wrong is a note in the recording.
  void verify(std::optional<int> input, SignalRelay& relay) noexcept;

  [[nodiscard]] std::uint64_t last_wall_ns() const { return last_->wall_ns(); }
  /// How many runs count so far.
  [[nodiscard]] unsigned counted() const { return counted_; }
  /// How far the median of the program's own time may be off, either way, as a share of it; absent as long as that
  /// cannot be told.
  [[nodiscard]] std::optional<double> uncertainty() const;
  /// Of the runs that count; absent before the first.
  std::optional<Recording>& recording() { return recording_; }

 private:
  [[nodiscard]] RunContext context() const;

  const RunPlan& plan_;
  Target target_;
  Interpreter interpreter_;
  ClockSource clock_;
  HookCosts costs_;
  std::string root_;  // directory of the program's own code
  std::vector<std::string> argv_;
  HostPlan host_plan_;
  std::optional<Zygote> zygote_;  // where repetitions are forks
  RunContext last_context_;
  std::unique_ptr<ProgramRun> last_;
  HostEnd last_end_;
  std::optional<Recording> recording_;
  unsigned counted_ = 0;
};

}  // namespace pyharness
