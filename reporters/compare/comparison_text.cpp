#include <fmt/format.h>

#include <algorithm>

#include "harness/base/units.h"
#include "harness/base/words.h"
#include "reporters/compare/comparison_reporter.h"
#include "reporters/text/text_parts.h"

namespace pyharness {
namespace {

constexpr std::size_t kRows = 10;  // where --top says nothing

class ComparisonText {
 public:
  ComparisonText(const Comparison& comparison, const ReportStyle& style)
      : comparison_(comparison), style_(style), changes_(changes_of(comparison)) {}

  [[nodiscard]] std::string text() const {
    const Paint paint(style_.color);
    std::string text = paint.bold(prose(headline(comparison_) + ".", style_));
    text += text_line("BASE " + side_text(comparison_.base), style_);
    text += text_line("HEAD " + side_text(comparison_.head), style_);
    text += averaged_text(comparison_);
    for (const std::string& warning : comparison_.warnings) text += paint.warm(prose("Warning: " + warning, style_));
    if (!comparison_.gates.empty()) text += "\nGates\n";
    for (const GateResult& gate : comparison_.gates) {
      const std::string line =
          indented(fmt::format("{} {}: {}.", gate.holds ? "HOLDS" : "passes", printable(gate.gate.text), gate.reason));
      text += gate.holds ? paint.hot(line) : line;
    }
    text += group(Direction::kWorse, "Worse") + group(Direction::kBetter, "Better") +
            group(Direction::kUntold, "Cannot be told from noise" + how_to_tell());
    const auto same = static_cast<std::size_t>(std::count_if(
        changes_.begin(), changes_.end(), [](const Change& change) { return change.direction == Direction::kSame; }));
    return text + (same == 0 ? "" : fmt::format("\nSame: {} figure{}.\n", human_count(same), same == 1 ? "" : "s"));
  }

 private:
  // What would let those be told of which nothing can be told now; of sums nothing would.
  [[nodiscard]] std::string how_to_tell() const {
    for (const Change& change : changes_) {
      if (change.direction != Direction::kUntold || change.figure->merge != MergeRule::kMaximum) continue;
      return change.figure->unit == Unit::kPicoseconds ? " (times of statements can, with timeit -r 10)"
                                                       : " (times of whole runs can, with --repeat=10)";
    }
    return "";
  }

  [[nodiscard]] std::string indented(std::string_view sentence) const {
    constexpr std::size_t kIndent = 4;
    std::string text = "  ";
    for (const char c : wrapped(sentence, style_.width <= kIndent ? 0 : style_.width - kIndent))
      text += c == '\n' ? std::string("\n    ") : std::string(1, c);
    return text + "\n";
  }

  [[nodiscard]] std::string group(Direction direction, std::string_view title) const {
    std::vector<const Change*> rows;
    for (const Change& change : changes_) {
      if (change.direction == direction) rows.push_back(&change);
    }
    if (rows.empty()) return {};
    const std::size_t all = rows.size();
    const std::size_t most = style_.top.value_or(kRows);
    if (most != 0 && rows.size() > most) rows.resize(most);
    std::vector<std::vector<std::string>> cells;
    for (const Change* change : rows) {
      const Figure& figure = *change->figure;
      cells.push_back({percent_text(figure), value_text(figure.base, figure.unit), value_text(figure.head, figure.unit),
                       change->section->section + "." + figure.name, subject_text(*change)});
    }
    std::string text = fmt::format("\n{}\n", title) + table(cells);
    if (rows.size() < all) text += fmt::format("  and {} more; --top=0 shows all.\n", human_count(all - rows.size()));
    return text;
  }

  [[nodiscard]] std::string table(std::vector<std::vector<std::string>> rows) const {
    rows.insert(rows.begin(), {"Change", "BASE", "HEAD", "Figure", "Of"});
    std::vector<std::size_t> widths(5, 0);
    for (const auto& row : rows) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    std::string text;
    for (const auto& row : rows) {
      const std::string line = fmt::format("  {:>{}}  {:>{}}  {:>{}}  {:<{}}  {}", row[0], widths[0], row[1], widths[1],
                                           row[2], widths[2], row[3], widths[3], row[4]);
      text += text_line(line, style_);
    }
    return text;
  }

  const Comparison& comparison_;
  const ReportStyle& style_;
  std::vector<Change> changes_;
};

}  // namespace

std::string comparison_text(const Comparison& comparison, const ReportStyle& style) {
  return ComparisonText(comparison, style).text();
}

}  // namespace pyharness
