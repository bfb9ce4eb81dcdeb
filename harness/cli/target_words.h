#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "harness/supervise/run_plan.h"

namespace pyharness {

/// What stands on the command line of `run` from the target on.
struct TargetWords {
  Target target;
  std::vector<std::string> ours;  // options of ours that stand after the script
  std::string hint;               // a sentence: something for the program that looks meant for us
};

/// True for a name that is an option of ours, as "--top".
using IsOption = std::function<bool(const std::string& name)>;

/// Splits the words after our options into target, our few options after a script, and the program's arguments. Throws
/// Failure where there is nothing to run.
TargetWords read_target(std::span<const std::string> rest, const IsOption& is_option);

}  // namespace pyharness
