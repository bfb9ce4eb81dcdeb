#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pyharness {

/// What one process measured of one statement.
struct TimedStatement {
  std::uint64_t loops = 1;
  std::vector<std::uint64_t> totals_ns;   // of each repeat
  std::vector<std::uint64_t> empties_ns;  // of as many empty loops, each time
};

/// Reads what timeit_program.py wrote of `statements` that were repeated so often. Nothing where it is not that, whole:
/// the statements could write there too.
std::optional<std::vector<TimedStatement>> read_timed(const std::string& text, std::size_t statements,
                                                      std::size_t repeats);

}  // namespace pyharness
