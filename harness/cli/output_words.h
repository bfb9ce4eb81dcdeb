#pragma once

#include <string_view>

#include "harness/supervise/run_plan.h"

namespace pyharness {

/// "[FORMAT:]PATH" of -o: a known format name before the first colon wins, else the longest known suffix. Throws
/// Failure with one sentence; of a format that only comparisons have, one that names `compare`.
OutputRequest parse_output(std::string_view text);

/// The same where a comparison is written.
OutputRequest parse_comparison_output(std::string_view text);

}  // namespace pyharness
