#pragma once

#include <cstddef>
#include <string>

#include "harness/record/arena_reader.h"

namespace pyharness {

/// Whether an open regular file begins as an arena does, of whatever layout.
bool is_arena(int descriptor);

/// An arena's bytes as they were while they were copied, from the first to the last: whoever writes to it meanwhile is
/// not disturbed. What is published before what it covers, counts after entries, the list of processes after their
/// areas, lies in front of it, so the copy is a consistent prefix as the arena itself is. Holes take no memory.
class ArenaCopy {
 public:
  /// Copies the arena in an open regular file, borrowed for the time of the call; `name` is for sentences. Throws
  /// Failure where it is none, or of another layout, or cannot be read.
  ArenaCopy(int descriptor, const std::string& name);
  ArenaCopy(const ArenaCopy&) = delete;
  ArenaCopy& operator=(const ArenaCopy&) = delete;
  ~ArenaCopy();

  /// Lends; it has a header.
  [[nodiscard]] ArenaReader reader() const { return ArenaReader({base_, size_}); }

 private:
  std::byte* base_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace pyharness
