#pragma once

#include <functional>
#include <optional>

#include "harness/base/error.h"
#include "harness/record/recording.h"
#include "harness/supervise/run_plan.h"

namespace pyharness {

/// Told before each run: which one (from 1), of how many at the most, and the last one's wall time.
using RunObserver = std::function<void(unsigned number, unsigned total, std::uint64_t last_wall_ns)>;

/// The program ran, but there is no recording of it. what() is a sentence for the user.
class RecordingLost : public Failure {
 public:
  RecordingLost(const std::string& sentence, Ending program) : Failure(sentence), ending(program) {}
  Ending ending;
};

/// The host gave up before the program began, and has said why on stderr.
class HostGaveUp : public Failure {
 public:
  HostGaveUp() : Failure("the host gave up.") {}
};

/// What came of a plan.
struct RunResult {
  std::optional<Recording> recording;  // of the target's counted runs; absent where it never came to one
  std::optional<Recording> against;    // the same of what ran beside it
  Ending ending;                       // of the run that was the last, or failed
};

/// Runs the program as the plan says, each repetition in a fresh process, and in turns with the one that it is to be
/// compared with. Stops after the first run that fails, or as soon as the medians are known as well as wanted. Signals
/// are relayed while it runs; afterwards those that interrupt a command do so, and the others stay blocked: what is
/// written next is to be finished. Main thread only. Throws Failure where the program could not be started, and the two
/// above.
RunResult run_program(const RunPlan& plan, const RunObserver& before_run);

}  // namespace pyharness
