// The line profile in line_profiler's columns.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <map>
#include <set>

#include "harness/base/units.h"
#include "harness/base/words.h"
#include "harness/record/saturated.h"
#include "reporters/text/sort_keys.h"
#include "reporters/text/text_parts.h"

namespace pyharness {
namespace {

using Function = LineTable::Function;
using Row = LineTable::Row;

constexpr std::size_t kHotLines = 5;
constexpr double kLeastShare = 0.1;     // percent, for a line to be among the hot ones
constexpr std::size_t kLongestGap = 3;  // lines without hits at module level that are still shown

TimeUnit unit_of(const LineTable& table, const ReportStyle& style) {
  if (const auto unit = time_unit(style.unit)) return *unit;
  // Microseconds, as line_profiler; from ten seconds on their digits say nothing.
  constexpr std::uint64_t kLong = 10'000'000'000;
  const bool is_long = std::any_of(table.functions.begin(), table.functions.end(),
                                   [](const Function& f) { return f.total_ns.value_or(0) >= kLong; });
  return *time_unit(is_long ? "ms" : "us");
}

struct Columns {
  std::size_t hits;
  std::size_t time;
};

/// What the texts of all functions have in common.
struct WholeTable {
  Columns columns;
  TimeUnit unit;
  std::map<std::string_view, std::vector<const Function*>> by_file;  // by first line
  /// Lines without figures that may still be shown. In a hostile recording each function spans the whole file.
  std::size_t room = 1'000'000;

  WholeTable(const LineTable& table, const ReportStyle& style)
      : columns{table.column("hits"), table.column("time_ns")}, unit(unit_of(table, style)) {
    for (const Function& function : table.functions) by_file[function.key.file].push_back(&function);
    for (auto& [file, functions] : by_file) {
      std::stable_sort(functions.begin(), functions.end(),
                       [](const Function* a, const Function* b) { return a->key.line < b->key.line; });
    }
  }
};

std::uint64_t total_of(const Function& function) { return function.total_ns.value_or(0); }

std::int64_t sum_of(const Function& function, std::size_t column) {
  std::int64_t sum = 0;
  for (const Row& row : function.rows) sum = add_saturated(sum, row.values[column]);
  return sum;
}

std::vector<const Function*> shown_functions(const LineTable& table, const ReportStyle& style, const Columns& columns) {
  std::vector<const Function*> functions;
  for (const Function& function : table.functions) functions.push_back(&function);
  const std::vector<std::string_view> orders = orders_of(sort_keys_of("line"), style.sort);
  for (auto order = orders.rbegin(); order != orders.rend(); ++order) {  // the first has the last word
    std::stable_sort(functions.begin(), functions.end(), [&](const Function* a, const Function* b) {
      if (*order == "time") return total_of(*a) > total_of(*b);
      if (*order == "hits") return sum_of(*a, columns.hits) > sum_of(*b, columns.hits);
      return a->key < b->key;
    });
  }
  const std::size_t top = style.top.value_or(0);
  if (top != 0 && functions.size() > top) functions.resize(top);
  return functions;
}

// Where a reader looks first. A line's time includes what it calls, so these are often a chain of calls down to the
// place.
std::string hot_lines(const Recording& recording, const LineTable& table, const Columns& columns,
                      const ReportStyle& style) {
  struct Hot {
    const Function* function;
    const Row* row;
  };
  std::vector<Hot> lines;
  std::uint64_t longest = 0;
  std::int64_t hits = 0;
  for (const Function& function : table.functions) {
    longest = std::max(longest, total_of(function));
    for (const Row& row : function.rows) {
      lines.push_back({&function, &row});
      hits = add_saturated(hits, row.values[columns.hits]);
    }
  }
  std::stable_sort(lines.begin(), lines.end(), [&](const Hot& a, const Hot& b) {
    return a.row->values[columns.time] > b.row->values[columns.time];
  });
  if (lines.size() > kHotLines) lines.resize(kHotLines);
  std::erase_if(lines, [&](const Hot& hot) { return share(hot.row->values[columns.time], longest) < kLeastShare; });
  std::string text =
      Paint(style.color)
          .bold(prose(
              fmt::format(
                  "Line profile: {} hit{} in {} function{}.{}", human_count(static_cast<std::uint64_t>(hits)),
                  hits == 1 ? "" : "s", table.functions.size(), table.functions.size() == 1 ? "" : "s",
                  lines.empty() ? "" : " Longest, with what they call, over all threads (% of the longest function):"),
              style));
  for (const Hot& hot : lines) {
    const std::int64_t time = hot.row->values[columns.time];
    const std::string* source = recording.source_line(hot.function->key.file, hot.row->line);
    std::string code = source == nullptr ? "" : source_text(*source);
    code.erase(0, std::min(code.find_first_not_of(' '), code.size()));
    text += text_line(fmt::format("{:>9} {:>5.1f} %  {}:{}{}{}", human_time(static_cast<std::uint64_t>(time)),
                                  share(time, longest), short_file(hot.function->key.file, recording.run.root),
                                  hot.row->line, code.empty() ? "" : "  ", code),
                      style);
  }
  return text + "\n";
}

// A figure in the table's unit. Small ones would be 0.0 otherwise.
std::string time_figure(double value, int decimals) { return fmt::format("{:.{}f}", value, decimals); }

class FunctionText {
 public:
  /// `whole` is borrowed; what is shown takes of its room.
  FunctionText(const Recording& recording, const Function& function, WholeTable& whole, const ReportStyle& style)
      : recording_(recording), function_(function), whole_(whole), style_(style), paint_(style.color) {
    for (const Row& row : function.rows) rows_.emplace(row.line, &row);
  }

  [[nodiscard]] std::string text() {
    const bool source = has_source();
    std::string text = "Total time: " + human_time(total_of(function_)) + "\n";
    text += text_line("File: " + printable(function_.key.file), style_);
    text += paint_.bold(
        text_line(fmt::format("Function: {} at line {}", printable(function_.key.name), function_.key.line), style_));
    if (!source) text += prose("(the source text is not available)", style_);

    std::vector<Shown> shown{{{"Line #", "Hits", "Time", "Per Hit", "% Time"}, "Line Contents", 0}};
    std::uint32_t before = 0;
    for (const std::uint32_t line : lines()) {
      if (source && before != 0 && line > before + 1) shown.push_back({{"...", "", "", "", ""}, "", 0});
      shown.push_back(shown_line(line));
      before = line;
    }
    strip_indentation(shown);
    return text + "\n" + table(shown) + "\n";
  }

 private:
  static constexpr std::size_t kCells = 5;
  struct Shown {
    std::array<std::string, kCells> cells;
    std::string code;
    double percent;
  };

  [[nodiscard]] Shown shown_line(std::uint32_t line) const {
    const std::string* source = recording_.source_line(function_.key.file, line);
    Shown shown{{std::to_string(line), "", "", "", ""}, source == nullptr ? "" : source_text(*source), 0};
    const auto found = rows_.find(line);
    if (found == rows_.end()) return shown;
    const std::int64_t hits = found->second->values[whole_.columns.hits];
    const std::int64_t ns = found->second->values[whole_.columns.time];
    const double time = static_cast<double>(ns) / whole_.unit.ns;
    const double per_hit = hits == 0 ? 0 : time / static_cast<double>(hits);
    shown.percent = share(ns, total_of(function_));
    shown.cells = {std::to_string(line), std::to_string(hits), time_figure(time, 1),
                   hits == 0 ? "" : time_figure(per_hit, per_hit < 10 ? 3 : 1), time_figure(shown.percent, 1)};
    return shown;
  }

  // What all lines have in front of them says nothing and takes room.
  static void strip_indentation(std::vector<Shown>& shown) {
    std::size_t common = std::string::npos;
    for (std::size_t i = 1; i < shown.size(); ++i) {
      if (const std::size_t indentation = shown[i].code.find_first_not_of(' '); indentation != std::string::npos)
        common = std::min(common, indentation);
    }
    for (std::size_t i = 1; i < shown.size() && common != std::string::npos; ++i)
      shown[i].code.erase(0, std::min(common, shown[i].code.size()));
  }

  // Columns as wide as what stands in them: the rest of the line is for the code.
  [[nodiscard]] std::string table(const std::vector<Shown>& shown) const {
    std::array<std::size_t, kCells> widths{};
    for (const Shown& line : shown) {
      for (std::size_t i = 0; i < kCells; ++i) widths[i] = std::max(widths[i], line.cells[i].size());
    }
    std::string text;
    for (const Shown& line : shown) {
      std::string whole;
      for (std::size_t i = 0; i < kCells; ++i) whole += fmt::format("{:>{}}  ", line.cells[i], widths[i]);
      whole += line.code;
      whole.erase(whole.find_last_not_of(' ') + 1);
      if (style_.width != 0) whole = clipped(whole, style_.width);
      text += heated(paint_, whole, line.percent) + "\n";
      if (&line == &shown.front()) text += std::string(display_width(whole), '=') + "\n";
    }
    return text;
  }

  [[nodiscard]] bool has_source() const {
    return recording_.source_line(function_.key.file, function_.key.line) != nullptr ||
           std::any_of(rows_.begin(), rows_.end(),
                       [&](const auto& r) { return recording_.source_line(function_.key.file, r.first) != nullptr; });
  }

  // Every line of the function's text, without those of functions within it that are shown themselves.
  [[nodiscard]] std::vector<std::uint32_t> lines() {
    std::set<std::uint32_t> candidates;
    for (const auto& [line, row] : rows_) candidates.insert(line);
    if (const SourceFile* source = recording_.source(function_.key.file); source != nullptr) {
      const auto end = source->lines.upper_bound(last_line());
      for (auto at = source->lines.lower_bound(rows_.empty() ? function_.key.line
                                                             : std::min(function_.key.line, rows_.begin()->first));
           at != end; ++at)
        candidates.insert(at->first);
    }
    const bool module = function_.key.name == "<module>";
    const std::vector<Range> inner = inner_functions();
    std::vector<std::uint32_t> lines;
    std::vector<std::uint32_t> gap;
    const auto show_gap = [&] {
      gap.resize(std::min(gap.size(), whole_.room));
      whole_.room -= gap.size();
      lines.insert(lines.end(), gap.begin(), gap.end());
    };
    for (const std::uint32_t line : candidates) {
      if (rows_.contains(line)) {
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

  [[nodiscard]] std::uint32_t last_line() const {
    return std::max(function_.last_line, rows_.empty() ? 0 : rows_.rbegin()->first);
  }

  using Range = std::pair<std::uint32_t, std::uint32_t>;  // first and last line

  // Where functions stand that lie within this one; ascending, overlapping ones as one.
  [[nodiscard]] std::vector<Range> inner_functions() const {
    std::vector<Range> ranges;
    const std::vector<const Function*>& beside = whole_.by_file.at(function_.key.file);
    const auto behind = std::upper_bound(beside.begin(), beside.end(), function_.key.line,
                                         [](std::uint32_t line, const Function* f) { return line < f->key.line; });
    for (auto at = behind; at != beside.end() && (*at)->key.line <= last_line(); ++at) {
      if ((*at)->last_line <= last_line()) ranges.emplace_back((*at)->key.line, (*at)->last_line);
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

  [[nodiscard]] static bool is_in(const std::vector<Range>& ranges, std::uint32_t line) {
    const auto after =
        std::upper_bound(ranges.begin(), ranges.end(), Range{line, std::numeric_limits<std::uint32_t>::max()});
    return after != ranges.begin() && std::prev(after)->second >= line;
  }

  const Recording& recording_;
  const Function& function_;
  WholeTable& whole_;
  const ReportStyle& style_;
  Paint paint_;
  std::map<std::uint32_t, const Row*> rows_;
};

std::string nothing_ran(const Recording& recording, const ReportStyle& style) {
  return prose("Line profile: no watched code ran. Own code is what lies under " + printable(recording.run.root) + ".",
               style) +
         prose("Watch more with --only=PATTERN: a file glob, a module, module:function, :function or @profile.",
               style) +
         "\n";
}

}  // namespace

std::string line_table_text(const Recording& recording, const LineTable& table, const ReportStyle& style) {
  if (table.functions.empty()) return nothing_ran(recording, style);
  WholeTable whole(table, style);
  std::string text = hot_lines(recording, table, whole.columns, style);
  text += fmt::format("Timer unit: {:g} s\n\n", whole.unit.ns / 1e9);
  for (const Function* function : shown_functions(table, style, whole.columns))
    text += FunctionText(recording, *function, whole, style).text();
  if (whole.room == 0) text += prose("Some source text without figures was left out: there is too much of it.", style);
  return text;
}

}  // namespace pyharness
