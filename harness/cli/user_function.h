#pragma once

#include <span>
#include <string>

#include "harness/supervise/run_plan.h"

namespace pyharness {

/// Throws Failure where a report is to be made by a function in a module that `python`, which is to run it, does not
/// find. The function itself is looked for when there is a recording: only then its module is imported.
void check_user_functions(std::span<const OutputRequest> outputs, const std::string& python);

}  // namespace pyharness
