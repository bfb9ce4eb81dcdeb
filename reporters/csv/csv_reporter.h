#pragma once

#include "reporters/reporter.h"

namespace pyharness {

/// A table for spreadsheets and data frames, by RFC 4180: a row for each line, function or site that allocates, a
/// column for each figure, exactly as in the recording. Of several sections the tables follow each other with an empty
/// line between; the timer's is there where there is no other.
std::unique_ptr<Reporter> make_csv_reporter(const ReportStyle& style);

}  // namespace pyharness
