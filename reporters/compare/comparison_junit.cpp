// What Jenkins, GitLab and others read of tests: https://github.com/testmoapp/junitxml
#include <fmt/format.h>

#include <algorithm>

#include "harness/base/words.h"
#include "reporters/compare/comparison_reporter.h"

namespace pyharness {
namespace {

// printable() leaves tabs, and two characters that XML has not: U+FFFE and U+FFFF.
std::string escaped(std::string_view raw) {
  std::string text = printable(raw);
  for (const std::string_view no_character : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    for (std::size_t at = text.find(no_character); at != std::string::npos; at = text.find(no_character, at))
      text.replace(at, no_character.size(), "\xEF\xBF\xBD");
  }
  std::string xml;
  for (const char c : text) {
    switch (c) {
      case '&':
        xml += "&amp;";
        break;
      case '<':
        xml += "&lt;";
        break;
      case '>':
        xml += "&gt;";
        break;
      case '"':
        xml += "&quot;";
        break;
      default:
        xml += c;
    }
  }
  return xml;
}

std::string gate_case(const GateResult& result) {
  std::string text = fmt::format("    <testcase classname=\"pyharness.gates\" name=\"{}\"", escaped(result.gate.text));
  if (!result.file.empty()) text += fmt::format(" file=\"{}\" line=\"{}\"", escaped(result.file), result.line);
  const std::string reason = escaped(result.reason);
  return text + (result.holds ? fmt::format("><failure message=\"{}\">{}</failure></testcase>\n", reason, reason)
                              : fmt::format("><system-out>{}</system-out></testcase>\n", reason));
}

std::string section_case(const SectionComparison& section, const std::vector<Change>& changes) {
  std::string lines;
  for (const Change& change : changes) {
    if (change.section != &section || change.direction == Direction::kSame) continue;
    lines += fmt::format("{} {}\n", escaped(full_name(section, *change.subject, *change.figure)),
                         escaped(from_to(*change.figure) +
                                 (change.direction == Direction::kUntold ? ", cannot be told from noise" : "")));
  }
  return fmt::format(
      "    <testcase classname=\"pyharness.sections\" name=\"{}\"><system-out>{}</system-out></testcase>\n",
      escaped(section.section), lines.empty() ? "Same." : "\n" + lines);
}

}  // namespace

std::string comparison_junit(const Comparison& comparison, const ReportStyle& /*style*/) {
  const auto failures = std::count_if(comparison.gates.begin(), comparison.gates.end(),
                                      [](const GateResult& gate) { return gate.holds; });
  const std::string counts = fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\"",
                                         comparison.gates.size() + comparison.sections.size(), failures);
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n  <testsuite name=\"pyharness compare\" {}>\n",
      counts, counts);
  for (const GateResult& gate : comparison.gates) text += gate_case(gate);
  const std::vector<Change> changes = changes_of(comparison);
  for (const SectionComparison& section : comparison.sections) text += section_case(section, changes);
  return text + "  </testsuite>\n</testsuites>\n";
}

}  // namespace pyharness
