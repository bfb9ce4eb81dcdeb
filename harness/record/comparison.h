#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/record/recording.h"

namespace pyharness {

/// One figure on both sides; absent where that side has none.
struct FigurePair {
  std::optional<std::int64_t> base;
  std::optional<std::int64_t> head;
  [[nodiscard]] std::int64_t change() const { return head.value_or(0) - base.value_or(0); }
};

/// Two recordings side by side, a value of its own: whatever shows a before and after reads this. Functions are aligned
/// by file (relative to each side's root) and qualified name, lines by source text, so that code that only moved
/// compares equal.
struct Comparison {
  struct Line {
    std::optional<std::uint32_t> base_line;
    std::optional<std::uint32_t> head_line;
    std::string text;
    std::vector<FigurePair> figures;  // by the table's columns
  };
  struct Function {
    std::string file;  // relative to the root where it lies below
    std::string name;
    FigurePair total_ns;
    std::vector<Line> lines;  // in the order of HEAD, lines only in BASE where they stood
  };
  struct Lines {
    std::string section;
    std::vector<Column> columns;
    std::vector<Function> functions;  // by file and name
  };
  struct Call {
    std::string file;
    std::string name;
    FigurePair calls;
    FigurePair primitive_calls;
    FigurePair self_ns;
    FigurePair cumulative_ns;
  };
  struct Site {
    std::string file;
    std::string name;
    std::string text;  // of the line; its number where there is no source
    std::optional<std::uint32_t> base_line;
    std::optional<std::uint32_t> head_line;
    FigurePair peak_bytes;
    FigurePair live_bytes;
    FigurePair total_bytes;
    FigurePair total_count;
  };
  struct Allocations {
    FigurePair peak_bytes;
    FigurePair live_bytes;
    FigurePair total_bytes;
    FigurePair total_count;
    std::vector<Site> sites;  // by file, name and text
  };
  struct Timer {
    FigurePair min_ns;
    FigurePair median_ns;
    FigurePair max_ns;
    std::size_t base_runs = 0;
    std::size_t head_runs = 0;
    /// The intervals [min, max] of the two sides have nothing in common: only then is a difference more than noise.
    bool apart = false;
  };
  std::optional<Timer> timer;
  std::vector<Lines> line_tables;
  std::vector<Call> calls;  // of the profile section, by file and name
  std::optional<Allocations> alloc;
  /// What makes the two hard to compare (other host, python, hash seed), as sentences.
  std::vector<std::string> warnings;
};

/// Throws Failure where they must not be compared: other clocks, or no section in common.
Comparison compare(const Recording& base, const Recording& head);

/// Pairs of indices of equal elements, ascending on both sides: a longest common subsequence (Hunt and McIlroy 1976, by
/// dynamic programming after equal ends are cut off). Between two very long inputs only the equal ends are aligned.
std::vector<std::pair<std::size_t, std::size_t>> align(const std::vector<std::string>& base,
                                                       const std::vector<std::string>& head);

}  // namespace pyharness
