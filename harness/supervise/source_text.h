#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "harness/record/recording.h"

namespace pyharness {

/// The wanted lines of a source file as UTF-8, by its coding cookie (PEP 263) where that is UTF-8 or Latin-1; what
/// cannot be decoded becomes U+FFFD. Nothing where the file cannot be read, or is larger
/// than any source: a program may have put anything in its place.
std::optional<SourceFile> read_source(const std::string& file, const std::set<std::uint32_t>& wanted);

/// Adds the source of every function in the recording's line tables, and of every line that allocated.
void add_sources(Recording& recording);

}  // namespace pyharness
