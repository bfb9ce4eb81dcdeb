// Which lines of a function's source stand in its table.
#include <algorithm>
#include <iterator>
#include <limits>
#include <set>

#include "reporters/text/line_tables.h"

namespace pyharness {
namespace {

using Function = LineTable::Function;
using Range = std::pair<std::uint32_t, std::uint32_t>;  // first and last line

constexpr std::size_t kLongestGap = 3;  // lines without hits at module level that are still shown

// In a recording from elsewhere neither the rows nor first and last line need be in order.
Range extent_of(const Function& function) {
  Range extent{function.key.line, std::max(function.key.line, function.last_line)};
  for (const LineTable::Row& row : function.rows) {
    extent.first = std::min(extent.first, row.line);
    extent.second = std::max(extent.second, row.line);
  }
  return extent;
}

// Where functions stand that lie within this one; ascending, overlapping ones as one.
std::vector<Range> inner_functions(const LineTables& tables, const Function& function, std::uint32_t last_line) {
  std::vector<Range> ranges;
  const std::vector<const Function*>& beside = tables.by_file.at(function.key.file);
  const auto behind = std::upper_bound(beside.begin(), beside.end(), function.key.line,
                                       [](std::uint32_t line, const Function* f) { return line < f->key.line; });
  for (auto at = behind; at != beside.end() && (*at)->key.line <= last_line; ++at) {
    if ((*at)->last_line <= last_line) ranges.emplace_back((*at)->key.line, (*at)->last_line);
  }
  std::sort(ranges.begin(), ranges.end());
  std::vector<Range> joined;
  for (const Range& range : ranges) {
    if (!joined.empty() && range.first <= joined.back().second) {
      joined.back().second = std::max(joined.back().second, range.second);
    } else {
      joined.push_back(range);
    }
  }
  return joined;
}

bool is_in(const std::vector<Range>& ranges, std::uint32_t line) {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), Range{line, std::numeric_limits<std::uint32_t>::max()});
  return after != ranges.begin() && std::prev(after)->second >= line;
}

}  // namespace

std::vector<std::uint32_t> shown_lines(LineTables& tables, const Function& function) {
  std::set<std::uint32_t> with_figures;
  for (const LineTable::Row& row : function.rows) with_figures.insert(row.line);
  const Range extent = extent_of(function);
  std::set<std::uint32_t> candidates = with_figures;
  const SourceFile* source = tables.recording.source(function.key.file);
  if (source != nullptr && tables.room != 0) {
    const auto end = source->lines.upper_bound(extent.second);
    for (auto at = source->lines.lower_bound(extent.first); at != end; ++at) candidates.insert(at->first);
  }
  const bool module = function.key.name == "<module>";
  const std::vector<Range> inner = inner_functions(tables, function, extent.second);
  std::vector<std::uint32_t> lines;
  std::vector<std::uint32_t> gap;
  const auto show_gap = [&] {
    gap.resize(std::min(gap.size(), tables.room));
    tables.room -= gap.size();
    lines.insert(lines.end(), gap.begin(), gap.end());
  };
  for (const std::uint32_t line : candidates) {
    if (with_figures.contains(line)) {
      if (!module || gap.size() <= kLongestGap) show_gap();
      gap.clear();
      lines.push_back(line);
    } else if (!is_in(inner, line)) {
      gap.push_back(line);
    }
  }
  if (!module) show_gap();
  return lines;
}

}  // namespace pyharness
