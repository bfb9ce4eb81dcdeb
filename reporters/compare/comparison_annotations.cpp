// Commands of a GitHub workflow, which become annotations of the changed files:
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
#include <fmt/format.h>

#include "harness/base/words.h"
#include "reporters/compare/comparison_reporter.h"

namespace pyharness {
namespace {

// As actions/toolkit escapes them: a line end would begin another command.
std::string escaped(std::string_view text, bool is_property) {
  std::string safe;
  for (const char c : printable(text)) {
    const bool mark = c == '%' || (is_property && (c == ':' || c == ','));
    safe += mark ? fmt::format("%{:02X}", static_cast<unsigned>(c)) : std::string(1, c);
  }
  return safe;
}

std::string command(std::string_view kind, std::string_view title, const GateResult* of, std::string_view message) {
  std::string place;
  if (of != nullptr && !of->file.empty()) {
    place = fmt::format("file={},", escaped(of->file, true));
    if (of->line != 0) place += fmt::format("line={},", of->line);
  }
  return fmt::format("::{} {}title={}::{}\n", kind, place, escaped(title, true), escaped(message, false));
}

}  // namespace

std::string comparison_annotations(const Comparison& comparison, const ReportStyle& /*style*/) {
  std::string text;
  for (const GateResult& result : comparison.gates) {
    if (result.holds) text += command("error", "pyharness: " + result.gate.text, &result, result.reason + ".");
  }
  for (const std::string& warning : comparison.warnings) text += command("warning", "pyharness", nullptr, warning);
  return text + command("notice", "pyharness", nullptr, headline(comparison) + ".");
}

}  // namespace pyharness
