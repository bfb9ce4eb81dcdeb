#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/record/recording.h"

namespace pyharness {

// How reports for people write names and shares; control characters are escaped.

/// "examples/a.py" for "/work/examples/a.py" under root "/work".
std::string short_file(const std::string& file, const std::string& root);

/// A line of source text as it is shown: no tabs, cut to 2000 bytes. Many functions may stand on one line.
std::string source_text(std::string_view line);
/// The same of a line of the recording, without its indentation; empty where its text is not there.
std::string code_at(const Recording& recording, const std::string& file, std::uint32_t line);

/// Percent; 0 of nothing.
double share(std::int64_t part, std::uint64_t whole);

}  // namespace pyharness
