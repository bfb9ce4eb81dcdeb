#pragma once

#include "reporters/reporter.h"

namespace pyharness {

/// What `python -m pyperf` reads (its format 1.0): timed statements, each a benchmark with a run for each process and a
/// value for each repeat, in seconds per loop, the loop's cost included as pyperf's own timeit has it; or the program's
/// runs, one benchmark with a run each.
std::unique_ptr<Reporter> make_pyperf_reporter(const ReportStyle& style);

}  // namespace pyharness
