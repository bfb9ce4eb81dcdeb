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

std::optional<double> least(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return *std::min_element(values.begin(), values.end());
}
std::optional<double> most(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return *std::max_element(values.begin(), values.end());
}
std::optional<double> middle(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return median(values);
}

Subject named(const std::string& name) {
  constexpr Unit kTime = Unit::kNanoseconds;
  Subject timer;
  timer.kind = Subject::Kind::kTimer;
  timer.name = name;
  timer.figures = {{"count", Unit::kCount},
                   {"total_ns", kTime, false},
                   {"min_ns", kTime, false, MergeRule::kMaximum, true},
                   {"median_ns", kTime, false, MergeRule::kMaximum},
                   {"p99_ns", kTime, false, MergeRule::kMaximum, true},
                   {"max_ns", kTime, false, MergeRule::kMaximum, true}};
  return timer;
}

using TimerRun = NamedTimer::OfRun;
constexpr std::uint64_t TimerRun::*kTimerFigures[] = {&TimerRun::count,     &TimerRun::total_ns, &TimerRun::min_ns,
                                                      &TimerRun::median_ns, &TimerRun::p99_ns,   &TimerRun::max_ns};

void put(Subject& into, const NamedTimer& timer, std::optional<double> Figure::*side) {
  const TimerRun whole = timer.as_run();
  for (std::size_t i = 0; i < std::size(kTimerFigures); ++i)
    into.figures[i].*side = static_cast<double>(whole.*kTimerFigures[i]);
}

// What the runs say of its times.
void judge_by_runs(Subject& timer, const NamedTimer& base, const NamedTimer& head, bool in_turns) {
  for (std::size_t i = 0; i < std::size(kTimerFigures); ++i) {
    const auto values = [&](const NamedTimer& of) {
      std::vector<double> all;
      for (const TimerRun& run : of.runs) all.push_back(static_cast<double>(run.*kTimerFigures[i]));
      return all;
    };
    if (!timer.figures[i].exact) timer.figures[i].verdict = judge(values(base), values(head), in_turns);
  }
}

}  // namespace

SectionComparison compare_section(const Sides& sides, const TimerRuns& base, const TimerRuns& head) {
  const bool in_turns = sides.base.run.turns && sides.base.run.turns == sides.head.run.turns;
  const Runs runs_before = base.good_runs();
  const Runs runs_after = head.good_runs();
  // Run i of one side is that of the other only where none is missing.
  const bool all_good = runs_before.size() == base.runs.size() && runs_after.size() == head.runs.size();
  const auto called_in_all = [](const NamedTimer& timer, const TimerRuns& side) {
    return timer.runs.size() == side.runs.size();
  };
  Subject program;
  const auto add = [&](const char* name, Unit unit, bool detail, OfRun of_run, auto over_runs) {
    const std::vector<double> before = values_of(runs_before, of_run);
    const std::vector<double> after = values_of(runs_after, of_run);
    program.figures.push_back({name, unit, false, MergeRule::kMaximum, detail, over_runs(before), over_runs(after),
                               judge(before, after, in_turns && all_good)});
  };
  const OfRun code = [](const TimerRuns::Run& run) { return run.code_wall_ns; };
  add("min_ns", Unit::kNanoseconds, false, code, least);
  add("median_ns", Unit::kNanoseconds, false, code, middle);
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
  std::map<std::string, Subject> timers;
  std::map<std::string, const NamedTimer*> before;
  for (const NamedTimer& timer : base.timers) {
    const std::string name = sides.timer_with_scripts_swapped(timer.name);
    before[name] = &timer;
    put(timers.try_emplace(name, named(name)).first->second, timer, &Figure::base);
  }
  for (const NamedTimer& timer : head.timers) {
    Subject& subject = timers.try_emplace(timer.name, named(timer.name)).first->second;
    put(subject, timer, &Figure::head);
    if (const auto same = before.find(timer.name); same != before.end())
      judge_by_runs(subject, *same->second, timer,
                    in_turns && called_in_all(*same->second, base) && called_in_all(timer, head));
  }
  SectionComparison section{"", {std::move(program)}};
  for (auto& [name, subject] : timers) section.subjects.push_back(std::move(subject));
  return section;
}

}  // namespace pyharness
