#pragma once

#include <span>
#include <string>

#include "harness/supervise/run_plan.h"

namespace pyharness {

/// Who runs the functions that reports are to be made by, `python` being what was wished for; empty where there are
/// none. Throws Failure where a function is in a module that it does not find. The function itself is looked for when
/// there is a recording: only then its module is imported.
std::string python_of_user_functions(std::span<const OutputRequest> outputs, const std::string& python);

}  // namespace pyharness
