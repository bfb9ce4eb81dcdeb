#pragma once

#include "reporters/reporter.h"

namespace pyharness {

/// Tables for people, in the columns they know; what is printed on stderr at the end of a run.
std::unique_ptr<Reporter> make_text_reporter(const ReportStyle& style);

}  // namespace pyharness
