#pragma once

#include "reporters/reporter.h"

namespace pyharness {

/// The recording as JSON (record/json.h).
std::unique_ptr<Reporter> make_json_reporter(const ReportStyle& style);
/// The same as gzip.
std::unique_ptr<Reporter> make_compressed_json_reporter(const ReportStyle& style);

}  // namespace pyharness
