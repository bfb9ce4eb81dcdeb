#pragma once

#include <span>
#include <string>

#include "harness/record/recording.h"
#include "harness/supervise/run_plan.h"

namespace pyharness {

/// The recording in a file, or the merged one of several: it then says where it came from. There must be a file. Throws
/// Failure that names the file which cannot be read, or does not fit the others.
Recording load_recordings(std::span<const std::string> files);

/// Throws Failure where a report would go over one of the recordings that it is made of.
void check_inputs_stay(std::span<const OutputRequest> outputs, std::span<const std::string> files);

}  // namespace pyharness
