#pragma once

#include "reporters/reporter.h"

namespace pyharness {

/// The call graph as the file that cProfile writes, for pstats and what is built on it: a marshalled dict
/// {(file, line, name): (primitive calls, calls, own seconds, cumulative seconds, callers)}, where callers is
/// {(file, line, name): (calls, primitive calls, own seconds, cumulative seconds)}, its counts in the other order.
///
/// As with cProfile, `name` is the plain name of the function. Functions that are alike in all three are one here, and
/// their figures are added. What is not UTF-8 in a name becomes U+FFFD, which every client can print.
std::unique_ptr<Reporter> make_pstats_reporter(const ReportStyle& style);

/// "inner" for "outer.<locals>.inner": a function's own name in its qualified one.
std::string_view plain_name(std::string_view qualified);

}  // namespace pyharness
