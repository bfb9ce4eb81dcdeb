#pragma once

#include "reporters/reporter.h"

namespace pyharness {

/// Valgrind's callgrind format, for callgrind_annotate and kcachegrind. Of a profile: functions with their own time,
/// and who called whom how often, with the time of these calls. Of a line profile: own time and hits of each source
/// line; the time with calls where no own time was recorded, under another event's name. The profile goes first: the
/// format has one cost for a line, and a time must not stand in it twice.
std::unique_ptr<Reporter> make_callgrind_reporter(const ReportStyle& style);

}  // namespace pyharness
