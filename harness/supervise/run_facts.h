#pragma once

#include <string>
#include <vector>

#include "harness/record/run_context.h"
#include "harness/supervise/interpreter.h"
#include "harness/supervise/run_plan.h"

namespace pyharness {

/// What a report is to say of a run that begins now on this machine. `argv` is python's, `root` the directory of the
/// program's own code.
RunContext context_of(const Target& target, const RunPlan& plan, const Interpreter& interpreter,
                      std::vector<std::string> argv, std::string root, ClockSource clock);

/// Of this machine's processor, as the kernel names it; empty where it does not.
const std::string& cpu_model();

/// Now, as "2026-11-22T13:43:39.123456Z".
std::string utc_now();

}  // namespace pyharness
