#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/record/recording.h"

namespace pyharness {

/// A source line that took much time, over all threads.
struct HotLine {
  FunctionKey function;
  std::uint32_t line = 0;
  std::uint64_t hits = 0;
  std::uint64_t ns = 0;
  double percent = 0;
};

/// Where a reader looks first.
struct HotLines {
  std::vector<HotLine> lines;  // with the most time first
  /// The figures are the lines' own time, which is counted nowhere else: percents are of all such time, and add up.
  /// Otherwise they include what a line calls, so that the same time may stand in several lines: percents are of the
  /// longest function, and do not.
  bool own = false;
  double percent = 0;         // all lines together, of own time; else 0
  std::uint64_t hits = 0;     // of the whole table
  std::size_t functions = 0;  // of the whole table, whatever the threads
};

/// At most `most` lines; those with less than a thousandth are none.
HotLines hot_lines(const LineTable& table, std::size_t most);

}  // namespace pyharness
