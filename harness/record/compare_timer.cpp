// Whole runs: times with the noise of a machine, which only several of them tell from a change.
#include <algorithm>

#include "harness/record/compare_parts.h"

namespace pyharness {
namespace {

using Runs = std::vector<TimerRuns::Run>;

/// What a figure is of one run.
using OfRun = std::optional<std::uint64_t> (*)(const TimerRuns::Run&);

std::vector<double> values_of(const Runs& runs, OfRun of_run) {
  std::vector<double> values;
  for (const TimerRuns::Run& run : runs) {
    if (const auto value = of_run(run)) values.push_back(static_cast<double>(*value));
  }
  return values;
}

std::optional<std::int64_t> least(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return static_cast<std::int64_t>(*std::min_element(values.begin(), values.end()));
}
std::optional<std::int64_t> most(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return static_cast<std::int64_t>(*std::max_element(values.begin(), values.end()));
}
std::optional<std::int64_t> middle(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return static_cast<std::int64_t>(median(values));
}

}  // namespace

SectionComparison compare_section(const Sides& sides, const TimerRuns& base, const TimerRuns& head) {
  const bool in_turns = sides.base.run.turns && sides.base.run.turns == sides.head.run.turns;
  Subject program;
  const auto add = [&](const char* name, Unit unit, bool detail, OfRun of_run, auto over_runs) {
    const std::vector<double> before = values_of(base.runs, of_run);
    const std::vector<double> after = values_of(head.runs, of_run);
    program.figures.push_back({name, unit, false, MergeRule::kMaximum, detail, over_runs(before), over_runs(after),
                               judge(before, after, in_turns)});
  };
  const OfRun code = [](const TimerRuns::Run& run) { return run.code_wall_ns; };
  add("min_ns", Unit::kNanoseconds, false, code, least);
  add("median_ns", Unit::kNanoseconds, true, code, middle);
  add("max_ns", Unit::kNanoseconds, true, code, most);
  // The rest are medians: one run that was disturbed does not count.
  using Value = std::optional<std::uint64_t>;
  add(
      "wall_ns", Unit::kNanoseconds, true, [](const TimerRuns::Run& run) { return Value(run.wall_ns); }, middle);
  add(
      "user_ns", Unit::kNanoseconds, true, [](const TimerRuns::Run& run) { return Value(run.user_ns); }, middle);
  add(
      "system_ns", Unit::kNanoseconds, true, [](const TimerRuns::Run& run) { return Value(run.system_ns); }, middle);
  add(
      "peak_rss_bytes", Unit::kBytes, false, [](const TimerRuns::Run& run) { return Value(run.peak_rss_bytes); },
      middle);
  return {"", {std::move(program)}};
}

}  // namespace pyharness
