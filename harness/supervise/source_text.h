#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/record/recording.h"

namespace pyharness {

struct LineRange {
  std::uint32_t first;
  std::uint32_t last;
};

/// The wanted lines of a source file as UTF-8, by its coding cookie (PEP 263) where that is UTF-8 or Latin-1; what
/// cannot be decoded becomes U+FFFD. Nothing where the file cannot be read, or is larger than any source text.
std::optional<SourceFile> read_source(const std::string& file, std::vector<LineRange> wanted);

/// Adds the source of every function in the recording's line tables, and of every line that allocated.
void add_sources(Recording& recording);

}  // namespace pyharness
