// share/comparison.schema.json
#include <cmath>
#include <nlohmann/json.hpp>

#include "reporters/compare/comparison_reporter.h"
#include "reporters/compare/figure_words.h"

namespace pyharness {
namespace {

using Json = nlohmann::ordered_json;

Json to_value(const ComparedSide& side) {
  return {{"files", side.files},
          {"target", side.target},
          {"python_version", side.python_version},
          {"started_at", side.started_at},
          {"runs", side.runs}};
}

Json to_value(const GateResult& result) {
  Json value{{"expression", result.gate.text}, {"holds", result.holds}, {"reason", result.reason}};
  if (!result.file.empty()) value["file"] = result.file;
  if (result.line != 0) value["line"] = result.line;
  return value;
}

// Whole numbers as such.
Json to_value(double figure) {
  constexpr double kExact = 1LL << 53;
  if (figure != std::floor(figure) || std::abs(figure) > kExact) return figure;
  return static_cast<std::int64_t>(figure);
}

Json to_value(const Figure& figure) {
  Json value{{"name", figure.name}, {"exact", figure.exact}};
  if (figure.base) value["base"] = to_value(*figure.base);
  if (figure.head) value["head"] = to_value(*figure.head);
  value["verdict"] = word_of(direction_of(figure));
  if (figure.verdict.told) {
    value["base_interval"] = {figure.verdict.base->low, figure.verdict.base->high};
    value["head_interval"] = {figure.verdict.head->low, figure.verdict.head->high};
    if (figure.verdict.ratio) value["ratio_interval"] = {figure.verdict.ratio->low, figure.verdict.ratio->high};
  }
  return value;
}

Json to_value(const Subject& subject) {
  Json value{{"kind", word_of(subject.kind)}};
  if (!subject.file.empty()) value["file"] = subject.file;
  if (!subject.name.empty()) value["name"] = subject.name;
  if (!subject.text.empty()) value["text"] = subject.text;
  if (subject.base_line) value["base_line"] = *subject.base_line;
  if (subject.head_line) value["head_line"] = *subject.head_line;
  Json& figures = value["figures"] = Json::array();
  for (const Figure& figure : subject.figures) figures.push_back(to_value(figure));
  return value;
}

}  // namespace

std::string comparison_json(const Comparison& comparison, const ReportStyle& /*style*/) {
  Json value{{"schema", "pyharness.comparison"}, {"schema_version", 1}};
  value["base"] = to_value(comparison.base);
  value["head"] = to_value(comparison.head);
  value["warnings"] = comparison.warnings;
  value["failed"] = comparison.failed();
  value["gates"] = Json::array();
  for (const GateResult& gate : comparison.gates) value["gates"].push_back(to_value(gate));
  value["sections"] = Json::object();
  for (const SectionComparison& section : comparison.sections) {
    Json& subjects = value["sections"][section.section] = Json::array();
    for (const Subject& subject : section.subjects) subjects.push_back(to_value(subject));
  }
  return value.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pyharness
