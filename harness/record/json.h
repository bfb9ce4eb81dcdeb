#pragma once

#include <string>
#include <string_view>

#include "harness/record/recording.h"

namespace pyharness {

inline constexpr std::string_view kSchemaName = "pyharness.recording";
inline constexpr int kSchemaVersion = 1;

/// The recording as indented JSON, by share/recording.schema.json. Equal recordings give equal bytes.
std::string to_json(const Recording& recording);

/// Reads what to_json() wrote. The text is not trusted: throws Failure with the path of the first thing that is wrong.
Recording from_json(std::string_view text);

/// The same of a file's bytes, which may be compressed: refused where they unpack to more than `limit`.
Recording from_file(std::string_view bytes, std::size_t limit);

}  // namespace pyharness
