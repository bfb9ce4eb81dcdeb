#pragma once

#include "reporters/reporter.h"

namespace pyharness {

/// The line table as the file that kernprof writes, for `python -m line_profiler` 4 and 5: a pickled LineStats with
/// `timings`, {(file, first line, qualified name): [(line, hits, time)]}, and `unit`, in seconds. Times are whole
/// nanoseconds. Threads are added up; what is not UTF-8 in a name becomes U+FFFD.
std::unique_ptr<Reporter> make_lprof_reporter(const ReportStyle& style);

}  // namespace pyharness
