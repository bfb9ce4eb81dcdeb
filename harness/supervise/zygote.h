#pragma once

#include <sys/types.h>

#include <optional>

#include "harness/base/descriptor.h"
#include "harness/record/host_plan.h"
#include "harness/record/repetition_start.h"
#include "harness/record/run_context.h"
#include "harness/supervise/arena_file.h"
#include "harness/supervise/host_process.h"
#include "harness/supervise/signal_relay.h"

namespace pyharness {

/// A host that has started Python and done the program's leading imports, and turns into the program in a fork whenever
/// it is asked to. Ends with this object.
class Zygote {
 public:
  /// Starts it. `plan` and `context` are those of the runs, `start` what it inherits. Orphans among the processes that
  /// the program starts become our children from now on. Throws Failure.
  Zygote(HostPlan plan, const RunContext& context, HostStart start, const SignalRelay& relay);
  Zygote(const Zygote&) = delete;
  Zygote& operator=(const Zygote&) = delete;
  ~Zygote();

  /// Another run of the program, our child, recording in the arena of that descriptor. Absent where the zygote itself
  /// has come to an end, with what Python says of its start; until it has started, signals are relayed to it. Throws
  /// Failure where no process is to be had.
  std::optional<RepetitionStart> begin(int arena, SignalRelay& relay);
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// It has been waited for: its process id means nothing any more.
  void forget() { pid_ = -1; }

 private:
  Descriptor ours_;
  Descriptor theirs_;
  std::optional<ArenaFile> arena_;
  pid_t pid_ = -1;
};

}  // namespace pyharness
