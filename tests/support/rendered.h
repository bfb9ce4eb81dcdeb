#pragma once

#include <string>
#include <string_view>

#include "harness/base/output.h"
#include "reporters/reporter.h"

namespace pyharness::testing {

/// The recording in a format, by its name.
inline std::string rendered(std::string_view format, const Recording& recording, const ReportStyle& style = {}) {
  auto output = Output::in_memory();
  find_reporter(format)->make(style)->write(recording, output);
  return output.bytes();
}

inline std::string text_of(const Recording& recording, const ReportStyle& style = {}) {
  return rendered("text", recording, style);
}

}  // namespace pyharness::testing
