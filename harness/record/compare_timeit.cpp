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
                     {"median_ps", Unit::kPicoseconds, false, MergeRule::kMaximum}};
  std::vector<double> times[2];
  const auto put = [&](const Statement* statement, std::optional<double> Figure::*side, std::vector<double>& all) {
    if (statement == nullptr) return;
    const TimeitFigures figures = figures_of(*statement);
    subject.figures[0].*side = std::round(figures.best * kPicoseconds);
    subject.figures[1].*side = std::round(figures.median * kPicoseconds);
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
  std::vector<bool> taken(base.statements.size());
  for (const Statement& statement : head.statements) {
    const Statement* before = nullptr;
    for (std::size_t i = 0; before == nullptr && i < base.statements.size(); ++i) {
      const Statement& one = base.statements[i];
      if (taken[i] || one.stmt != statement.stmt || one.setup != statement.setup) continue;
      taken[i] = true;
      before = &one;
    }
    section.subjects.push_back(subject_of(before, &statement, false));
  }
  for (std::size_t i = 0; i < base.statements.size(); ++i) {
    if (!taken[i]) section.subjects.push_back(subject_of(&base.statements[i], nullptr, false));
  }
  return section;
}

}  // namespace pyharness
