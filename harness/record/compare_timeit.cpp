// Timed statements, each with the one of the same text; where both sides have but one, those two, whatever they say.
#include <algorithm>
#include <cmath>

#include "harness/record/compare_parts.h"

namespace pyharness {
namespace {

using Statement = TimeitStatements::Statement;

constexpr double kPicoseconds = 1000;  // of a nanosecond

Subject subject_of(const Statement* base, const Statement* head, bool only_one) {
  Subject subject;
  subject.kind = only_one ? Subject::Kind::kProgram : Subject::Kind::kStatement;
  subject.name = (head != nullptr ? head : base)->stmt;
  subject.figures = {{"best_ps", Unit::kPicoseconds, false, MergeRule::kMaximum},
                     {"median_ps", Unit::kPicoseconds, false, MergeRule::kMaximum, true}};
  std::vector<double> times[2];
  const auto put = [&](const Statement* statement, std::optional<std::int64_t> Figure::*side,
                       std::vector<double>& all) {
    if (statement == nullptr) return;
    const TimeitFigures figures = figures_of(*statement);
    subject.figures[0].*side = std::llround(figures.best * kPicoseconds);
    subject.figures[1].*side = std::llround(figures.median * kPicoseconds);
    all = independent_times(*statement);
    for (double& time : all) time *= kPicoseconds;
  };
  put(base, &Figure::base, times[0]);
  put(head, &Figure::head, times[1]);
  for (Figure& figure : subject.figures) figure.verdict = judge(times[0], times[1]);
  return subject;
}

}  // namespace

SectionComparison compare_section(const Sides& /*sides*/, const TimeitStatements& base, const TimeitStatements& head) {
  if (base.clock != head.clock)
    throw Failure("the recordings cannot be compared: one has wall times, the other processor times (timeit -p).");
  SectionComparison section;
  if (base.statements.size() == 1 && head.statements.size() == 1) {
    section.subjects.push_back(subject_of(&base.statements.front(), &head.statements.front(), true));
    return section;
  }
  const auto same_in = [](const TimeitStatements& side, const Statement& wanted) -> const Statement* {
    const auto found = std::find_if(side.statements.begin(), side.statements.end(), [&](const Statement& one) {
      return one.stmt == wanted.stmt && one.setup == wanted.setup;
    });
    return found == side.statements.end() ? nullptr : &*found;
  };
  for (const Statement& statement : head.statements)
    section.subjects.push_back(subject_of(same_in(base, statement), &statement, false));
  for (const Statement& statement : base.statements) {
    if (same_in(head, statement) == nullptr) section.subjects.push_back(subject_of(&statement, nullptr, false));
  }
  return section;
}

}  // namespace pyharness
