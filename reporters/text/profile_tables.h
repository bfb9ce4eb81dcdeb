#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "harness/record/recording.h"
#include "reporters/reporter.h"
#include "reporters/text/function_label.h"
#include "reporters/text/profile_order.h"
#include "reporters/text/text_parts.h"

namespace pyharness {

/// What the tables of one profile have in common: how things are written, and in which order. Refers to the graph and
/// the style that it was made with.
class ProfileTables {
 public:
  ProfileTables(const CallGraph& graph, const std::string& root, const ReportStyle& style);

  /// "7" or, with recursion, "7/1", as in pstats.
  [[nodiscard]] static std::string calls(const CallCosts& costs);
  /// In the table's unit, with three decimals.
  [[nodiscard]] std::string time(std::uint64_t ns) const;
  [[nodiscard]] std::string time_per(std::uint64_t ns, std::uint64_t calls) const;

  /// The label of a function of the graph in `room` columns; 0: all of it.
  [[nodiscard]] std::string label(std::uint32_t function, std::size_t room) const {
    return labels_.label(graph.functions[function].key, room);
  }

  /// All functions, as they are ordered.
  [[nodiscard]] std::span<const std::uint32_t> functions() const { return ordered_.functions; }
  /// The first of `functions` that a table shows: as many as --top says, or as people look at.
  [[nodiscard]] std::span<const std::uint32_t> shown(std::span<const std::uint32_t> functions) const;

  /// "Ordered by: ...", as pstats says it.
  [[nodiscard]] std::string order_text() const;
  /// "List reduced from 50 to 10 due to restriction <10>"; nothing where it was not.
  [[nodiscard]] std::string reduced_text(std::size_t from, std::size_t to, std::string_view restriction) const;

  const CallGraph& graph;
  const ReportStyle& style;

 private:
  FunctionLabels labels_;
  OrderedFunctions ordered_;
  TimeUnit unit_;
};

/// Columns as wide as what stands in them, and as pstats has them at the least.
inline constexpr std::size_t kTimeColumn = 8;

/// "was called by..." or "called..." for the functions that the style's patterns name; empty where it has none. Throws
/// Failure where a pattern is none.
std::string call_tables_text(const ProfileTables& tables);

}  // namespace pyharness
