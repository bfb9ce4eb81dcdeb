#pragma once

#include <optional>
#include <string>

namespace pyharness {

/// Short texts that are kept for the next time, in $XDG_CACHE_HOME/pyharness or ~/.cache/pyharness. Only what this user
/// has written is believed, and only where nobody else may write. Losing them costs time and nothing else: there are no
/// errors.
std::optional<std::string> kept_answer(const std::string& name);
void keep_answer(const std::string& name, const std::string& text);

/// What tells a file from all others, those that stood or will stand at its path included: for answers that hang on it.
/// Empty where there is none.
std::string file_identity(const std::string& path);

}  // namespace pyharness
