#pragma once

#include <string_view>

#include "harness/record/recording.h"

namespace pyharness::fuzz {

/// Ends the process where `sentence`, which goes to a terminal as it is, could steer it.
void require_harmless(std::string_view sentence);

/// What is written as JSON must be read again, and say the same.
void require_readable(const Recording& recording);

/// The same, and every reporter runs over `recording`, in several styles. Text must not steer a terminal.
void require_reportable(const Recording& recording);

/// The same of `recording` merged with itself, and compared with that.
void require_mergeable(const Recording& recording);

}  // namespace pyharness::fuzz
