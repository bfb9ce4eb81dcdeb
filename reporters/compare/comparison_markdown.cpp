// A comment for a pull request: short, the rest folded away.
#include <fmt/format.h>

#include <algorithm>

#include "harness/base/units.h"
#include "harness/base/words.h"
#include "reporters/compare/comparison_reporter.h"
#include "reporters/markdown/markdown_text.h"

namespace pyharness {
namespace {

constexpr std::size_t kRows = 10;  // where --top says nothing

std::string of(const Change& change) {
  const Subject& subject = *change.subject;
  if (subject.kind == Subject::Kind::kProgram) return subject_text(change);
  const std::string place = place_of(subject);
  const std::string what =
      code_span(subject.kind == Subject::Kind::kLine && !subject.text.empty()
                    ? subject.text.substr(std::min(subject.text.find_first_not_of(" \t"), subject.text.size()))
                    : subject.name);
  return place.empty() ? what : code_span(place) + " " + what;
}

std::string group(const std::vector<Change>& changes, Direction direction, std::string_view title, std::size_t most) {
  std::vector<std::vector<std::string>> rows;
  std::size_t left = 0;
  for (const Change& change : changes) {
    if (change.direction != direction) continue;
    if (most != 0 && rows.size() == most) {
      ++left;
      continue;
    }
    const Figure& figure = *change.figure;
    rows.push_back({percent_text(figure), value_text(figure.base, figure.unit), value_text(figure.head, figure.unit),
                    change.section->section + "." + figure.name, of(change)});
  }
  if (rows.empty()) return {};
  return fmt::format("\n**{}**\n\n", title) +
         markdown_table({"Change", "BASE", "HEAD", "Figure", "Of"}, "rrrll", rows) +
         (left == 0 ? "" : fmt::format("\n{} more.\n", human_count(left)));
}

}  // namespace

std::string comparison_markdown(const Comparison& comparison, const ReportStyle& style) {
  const std::size_t most = style.top.value_or(kRows);
  const std::vector<Change> changes = changes_of(comparison);
  std::string text = fmt::format("### pyharness compare\n\n{}\n", code_block(headline(comparison) + "."));
  if (!comparison.gates.empty()) {
    std::vector<std::vector<std::string>> rows;
    for (const GateResult& gate : comparison.gates)
      rows.push_back({gate.holds ? "**holds**" : "passes", code_span(gate.gate.text), code_span(gate.reason)});
    text += markdown_table({"", "Gate", "Because"}, "lll", rows);
  }
  text += group(changes, Direction::kWorse, "Worse", most) + group(changes, Direction::kBetter, "Better", most);
  std::string rest =
      "BASE " + side_text(comparison.base) + "\nHEAD " + side_text(comparison.head) + "\n" + averaged_text(comparison);
  for (const std::string& warning : comparison.warnings) rest += "Warning: " + warning + "\n";
  return text + "\n<details><summary>The recordings, and times that cannot be told from noise</summary>\n\n" +
         code_block(rest) + group(changes, Direction::kUntold, "Cannot be told from noise", most) + "\n</details>\n";
}

}  // namespace pyharness
