#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/record/host_plan.h"
#include "harness/supervise/interpreter.h"

namespace pyharness {

/// What hooks cost on this machine.
struct HookCosts {
  std::map<std::string, EventCosts> by_mode;  // of those modes that make use of it
  std::string problem;                        // why some are missing: a sentence; empty where none is
};

/// What the hooks of `modes` cost, in the host of `interpreter`, by the engines that `engines` names. Measured in hosts
/// of their own, apart from any program, and kept for the next time for as long as processor, host, interpreter and
/// engine are the same; measured anew, 0.3 s, where nothing trustworthy is kept. Never throws for a calibration that
/// fails: it has a problem then.
HookCosts hook_costs(const std::vector<std::string>& modes, const std::map<std::string, std::string>& engines,
                     const Interpreter& interpreter, ClockSource clock);

}  // namespace pyharness
