#pragma once

#include "harness/record/recording.h"

namespace pyharness {

/// Adds `other` to `into`: counts, hits, times and totals add; maxima are maxima; timer runs are appended; processes
/// and notes are joined. The surrounding facts (argv, python, clock) stay those of `into`. Throws Failure where the two
/// do not fit (other columns).
void merge_into(Recording& into, const Recording& other);

/// The same for one table: rows of the same function and line come together.
void merge_into(LineTable& into, const LineTable& other);

}  // namespace pyharness
