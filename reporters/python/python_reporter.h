#pragma once

#include "reporters/reporter.h"

namespace pyharness {

/// Hands the recording, as a dict, and a text file to write the report to, to a Python function of the user's own:
/// ReportStyle::function. It runs in a process of its own, by the interpreter of the recording where that is here, else
/// by `python3`; modules are looked for in the working directory too. What it prints goes to stderr. Of all reporters
/// the only one that does more than turn its arguments into bytes.
std::unique_ptr<Reporter> make_python_reporter(const ReportStyle& style);

}  // namespace pyharness
