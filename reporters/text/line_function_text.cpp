// One function in line_profiler's columns.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/base/units.h"
#include "harness/base/words.h"
#include "reporters/text/line_tables.h"

namespace pyharness {
namespace {

using Function = LineTable::Function;
using Row = LineTable::Row;

std::string figure(double value, int decimals) { return fmt::format("{:.{}f}", value, decimals); }

class FunctionTable {
 public:
  /// `tables` are borrowed; what is shown takes of their room.
  FunctionTable(LineTables& tables, const Function& function)
      : tables_(tables), function_(function), paint_(tables.style.color) {
    for (const Row& row : function.rows) rows_.emplace(row.line, &row);
  }

  [[nodiscard]] std::string text() {
    const bool source = has_source();
    std::vector<Shown> shown{{headings(), "Line Contents", 0}};
    std::uint32_t before = 0;
    for (const std::uint32_t line : shown_lines(tables_, function_)) {
      if (source && before != 0 && line > before + 1) shown.push_back({{"..."}, "", 0});
      shown.push_back(shown_line(line));
      before = line;
    }
    strip_indentation(shown);
    return head(source) + "\n" + table(shown) + "\n";
  }

 private:
  static constexpr std::size_t kBetween = 2;  // blanks
  static constexpr std::size_t kPerHit = 3;   // its column
  struct Shown {
    std::vector<std::string> cells;  // those that are missing at the end are empty
    std::string code;
    double percent;
  };

  [[nodiscard]] std::string head(bool source) const {
    const ReportStyle& style = tables_.style;
    std::string total = "Total time: " + human_time(total_of(function_));
    if (tables_.corrected && function_.corrected_ns) total += ", corrected " + human_time(*function_.corrected_ns);
    std::string text = text_line(total, style);
    text += text_line("File: " + printable(function_.key.file), style);
    text += paint_.bold(
        text_line(fmt::format("Function: {} at line {}", printable(function_.key.name), function_.key.line), style));
    if (function_.thread) text += text_line(fmt::format("Thread: {}", *function_.thread), style);
    if (!source) text += prose("(the source text is not available)", style);
    return text;
  }

  [[nodiscard]] std::vector<std::string> headings() const {
    std::vector<std::string> words{"Line #", "Hits", "Time", "Per Hit", "% Time"};
    if (tables_.own) words.emplace_back("Own");
    if (tables_.corrected) words.emplace_back("Corrected");
    return words;
  }

  [[nodiscard]] Shown shown_line(std::uint32_t line) const {
    const std::string* source = tables_.recording.source_line(function_.key.file, line);
    Shown shown{{std::to_string(line)}, source == nullptr ? "" : source_text(*source), 0};
    const auto found = rows_.find(line);
    if (found == rows_.end()) return shown;
    const std::vector<std::int64_t>& values = found->second->values;
    const auto in_unit = [&](std::size_t column) { return static_cast<double>(values[column]) / tables_.unit.ns; };
    const std::int64_t hits = values[tables_.hits];
    const double time = in_unit(tables_.time);
    const double per_hit = hits == 0 ? 0 : time / static_cast<double>(hits);
    shown.percent = share(values[tables_.time], total_of(function_));
    shown.cells = {std::to_string(line), std::to_string(hits), figure(time, 1),
                   // Small ones would be 0.0 otherwise.
                   hits == 0 ? "" : figure(per_hit, per_hit < 10 ? 3 : 1), figure(shown.percent, 1)};
    if (tables_.own) shown.cells.push_back(figure(in_unit(*tables_.own), 1));
    if (tables_.corrected) shown.cells.push_back(figure(in_unit(*tables_.corrected), 1));
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

  // Where own and corrected times leave no room for the code, the figure goes that two others make.
  void drop_per_hit(std::vector<std::size_t>& widths) const {
    constexpr std::size_t kLeastCode = 28;
    std::size_t figures = 0;
    for (const std::size_t width : widths) figures += width + kBetween;
    const bool narrow = tables_.style.width != 0 && figures + kLeastCode > tables_.style.width;
    if (narrow && (tables_.own || tables_.corrected)) widths[kPerHit] = 0;
  }

  // Columns as wide as what stands in them: the rest of the line is for the code. One of width 0 is left out.
  [[nodiscard]] std::string table(const std::vector<Shown>& shown) const {
    std::vector<std::size_t> widths(shown.front().cells.size());
    for (const Shown& line : shown) {
      for (std::size_t i = 0; i < line.cells.size(); ++i) widths[i] = std::max(widths[i], line.cells[i].size());
    }
    drop_per_hit(widths);
    std::string text;
    for (const Shown& line : shown) {
      std::string whole;
      for (std::size_t i = 0; i < widths.size(); ++i) {
        if (widths[i] != 0)
          whole +=
              fmt::format("{:>{}}", i < line.cells.size() ? line.cells[i] : "", widths[i]) + std::string(kBetween, ' ');
      }
      whole += line.code;
      whole.erase(whole.find_last_not_of(' ') + 1);
      if (tables_.style.width != 0) whole = clipped(whole, tables_.style.width);
      text += heated(paint_, whole, line.percent) + "\n";
      if (&line == &shown.front()) text += std::string(display_width(whole), '=') + "\n";
    }
    return text;
  }

  [[nodiscard]] bool has_source() const {
    const auto has = [&](std::uint32_t line) {
      return tables_.recording.source_line(function_.key.file, line) != nullptr;
    };
    return has(function_.key.line) ||
           std::any_of(rows_.begin(), rows_.end(), [&](const auto& row) { return has(row.first); });
  }

  LineTables& tables_;
  const Function& function_;
  Paint paint_;
  std::map<std::uint32_t, const Row*> rows_;
};

}  // namespace

std::string line_function_text(LineTables& tables, const Function& function) {
  return FunctionTable(tables, function).text();
}

}  // namespace pyharness
