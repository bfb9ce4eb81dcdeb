#pragma once

#include <cstddef>
#include <string_view>

namespace pyharness {

/// A file without a name, for reading and writing, closed at exec: memory, or where the kernel gives none (a
/// container's rules, an old kernel) a file in $TMPDIR or /tmp. Its space is not claimed yet. `label` is for /proc.
/// Returns the descriptor, or -1 with errno.
int open_nameless_file(const char* label) noexcept;

/// Writes the file's beginning, and stretches it to `bytes` in all without claiming their space. Only the hard limit on
/// the size of files counts. Its position is 0 again. Returns 0 or the errno.
int begin_file(int descriptor, std::string_view beginning, std::size_t bytes) noexcept;

}  // namespace pyharness
