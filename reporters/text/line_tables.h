#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/recording.h"
#include "reporters/reporter.h"
#include "reporters/text/text_parts.h"

namespace pyharness {

/// What the texts of one line table's functions have in common. Refers to what it was made with.
struct LineTables {
  using Function = LineTable::Function;

  LineTables(const Recording& recording, const LineTable& table, const ReportStyle& style);

  const Recording& recording;
  const LineTable& table;
  const ReportStyle& style;
  std::size_t hits;  // column of the table, as those that follow
  std::size_t time;
  std::optional<std::size_t> own;        // where it is asked for and there
  std::optional<std::size_t> corrected;  // likewise
  TimeUnit unit;
  std::map<std::string_view, std::vector<const Function*>> by_file;  // by first line
  /// Lines without figures that may still be shown. In a hostile recording each function spans the whole file.
  std::size_t room = 1'000'000;
};

std::uint64_t total_of(const LineTable::Function& function);
std::int64_t sum_of(const LineTable::Function& function, std::size_t column);
bool never_ran(const LineTables& tables, const LineTable::Function& function);

/// The lines of a function's text that are shown, ascending: those with figures, and those between them without the
/// functions within it that are shown themselves. Takes of the tables' room.
std::vector<std::uint32_t> shown_lines(LineTables& tables, const LineTable::Function& function);

/// One function: its total, its place and its table.
std::string line_function_text(LineTables& tables, const LineTable::Function& function);

}  // namespace pyharness
