// Functions and how often they were called: counts are exact, times are those of the runs added up.
#include "harness/record/compare_parts.h"

namespace pyharness {
namespace {

using Side = std::optional<double> Figure::*;

constexpr std::size_t kFigures = 4;

std::vector<Figure> no_figures() {
  return {{"calls", Unit::kCount},
          {"primitive_calls", Unit::kCount, true, MergeRule::kAdd, true},
          {"self_ns", Unit::kNanoseconds, false},
          {"cumulative_ns", Unit::kNanoseconds, false, MergeRule::kAdd, true}};
}

void put(std::vector<Figure>& figures, const CallCosts& costs, Side side) {
  const std::uint64_t values[kFigures] = {costs.calls, costs.primitive_calls, costs.self_ns, costs.cumulative_ns};
  for (std::size_t i = 0; i < kFigures; ++i) figures[i].*side = static_cast<double>(values[i]);
}

}  // namespace

SectionComparison compare_section(const Sides& sides, const CallGraph& base, const CallGraph& head) {
  Subject program;
  program.figures = {{"calls", Unit::kCount, true, MergeRule::kAdd, false, static_cast<double>(base.total_calls()),
                      static_cast<double>(head.total_calls())},
                     {"primitive_calls", Unit::kCount, true, MergeRule::kAdd, true,
                      static_cast<double>(base.primitive_calls()), static_cast<double>(head.primitive_calls())},
                     {"total_ns", Unit::kNanoseconds, false, MergeRule::kAdd, false, static_cast<double>(base.total_ns),
                      static_cast<double>(head.total_ns)}};
  SectionComparison section{"", {std::move(program)}};
  std::map<NumberedName, std::size_t> indices;
  const auto add = [&](const Recording& recording, const CallGraph& graph, Side side,
                       std::optional<std::uint32_t> Subject::*line) {
    NameCounter counter(sides, recording);
    for (const CallGraph::Function& function : graph.functions) {
      const NumberedName name = counter.number(function.key);
      const auto [at, added] = indices.emplace(name, section.subjects.size());
      if (added) {
        Subject& fresh = section.subjects.emplace_back();
        fresh.kind = Subject::Kind::kFunction;
        if (function.key.file != "~") fresh.file = std::get<0>(name);
        fresh.name = std::get<1>(name);
        fresh.figures = no_figures();
      }
      Subject& subject = section.subjects[at->second];
      if (!subject.file.empty()) subject.*line = function.key.line;
      put(subject.figures, function.costs, side);
    }
  };
  add(sides.base, base, &Figure::base, &Subject::base_line);
  add(sides.head, head, &Figure::head, &Subject::head_line);
  return section;
}

}  // namespace pyharness
