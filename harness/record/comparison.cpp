#include "harness/record/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/record/compare_parts.h"

namespace pyharness {
namespace {

// Of shapes that nothing compares yet, as stacks, which are samples.
template <class Shape>
SectionComparison compare_section(const Sides& /*sides*/, const Shape& /*base*/, const Shape& /*head*/) {
  return {};
}

ComparedSide side_of(const Recording& recording) {
  ComparedSide side{
      {}, recording.run.target, recording.run.python_version, recording.run.started_at, number_of_runs(recording)};
  for (const MergedRecording& part : recording.run.merged_from) side.files.push_back(part.file);
  return side;
}

void warn_where_different(std::vector<std::string>& warnings, std::string_view what, const std::string& base,
                          const std::string& head) {
  if (base != head)
    warnings.push_back(
        fmt::format("The two sides have another {}: {} and {}.", what, printable(base), printable(head)));
}

bool counts_exactly(const Comparison& comparison) {
  return std::any_of(comparison.sections.begin(), comparison.sections.end(), [](const SectionComparison& section) {
    return section.section != "timer" && section.section != "timeit";
  });
}

// In its root; empty where the target is no script.
std::string script_of(const RunInfo& run) {
  return run.target.starts_with('-') ? "" : run.target.substr(run.target.rfind('/') + 1);
}

// "old" of "old.py", as named timers call it.
std::string stem_of(const std::string& script) {
  return script.ends_with(".py") ? script.substr(0, script.size() - 3) : script;
}

std::string swapped(const std::string& name, const std::string& one, const std::string& other) {
  if (one.empty() || other.empty()) return name;
  if (name == one) return other;
  return name == other ? one : name;
}

// What is gone is shown by its own name.
void name_what_is_gone(SectionComparison& section, const Sides& sides) {
  for (Subject& subject : section.subjects) {
    const bool in_head = std::any_of(subject.figures.begin(), subject.figures.end(),
                                     [](const Figure& figure) { return figure.head.has_value(); });
    if (in_head) continue;
    subject.file = sides.with_scripts_swapped(subject.file);
    if (subject.kind == Subject::Kind::kTimer) subject.name = sides.timer_with_scripts_swapped(subject.name);
  }
}

// Sets and dicts of text are walked in another order with every seed, and what the program does may follow that.
void warn_of_hash_seeds(Comparison& comparison, const RunInfo& base, const RunInfo& head) {
  const auto seed = [](const RunInfo& run) { return run.hash_seed.value_or("random"); };
  if (!counts_exactly(comparison) || (seed(base) == seed(head) && seed(base) != "random")) return;
  comparison.warnings.push_back(
      fmt::format("Exact counts may differ by hashing alone: PYTHONHASHSEED was {} and {}. Set it to 0 for both.",
                  printable(seed(base)), printable(seed(head))));
}

// So that sides of other numbers of runs compare: what added up over the runs, for one of them.
void make_per_run(Comparison& comparison) {
  const auto divide = [](std::optional<std::int64_t>& value, std::size_t runs) {
    if (value) value = std::llround(static_cast<double>(*value) / static_cast<double>(runs));
  };
  for (SectionComparison& section : comparison.sections) {
    for (Subject& subject : section.subjects) {
      for (Figure& figure : subject.figures) {
        if (figure.merge != MergeRule::kAdd) continue;
        divide(figure.base, comparison.base.runs);
        divide(figure.head, comparison.head.runs);
      }
    }
  }
  comparison.warnings.push_back(
      fmt::format("BASE has {} runs, HEAD {}: what adds up over runs is shown for one of them, on average.",
                  comparison.base.runs, comparison.head.runs));
}

}  // namespace

std::optional<double> Figure::percent() const {
  if (base.value_or(0) == 0) return std::nullopt;
  return 100 * static_cast<double>(change()) / static_cast<double>(*base);
}

const Figure* Subject::figure(std::string_view figure_name) const {
  const auto found =
      std::find_if(figures.begin(), figures.end(), [&](const Figure& figure) { return figure.name == figure_name; });
  return found == figures.end() ? nullptr : &*found;
}

const SectionComparison* Comparison::section(std::string_view name) const {
  const auto found = std::find_if(sections.begin(), sections.end(),
                                  [&](const SectionComparison& section) { return section.section == name; });
  return found == sections.end() ? nullptr : &*found;
}

bool Comparison::failed() const {
  return std::any_of(gates.begin(), gates.end(), [](const GateResult& gate) { return gate.holds; });
}

std::int64_t as_figure(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max()));
}

std::optional<std::int64_t> as_figure(const std::optional<std::uint64_t>& value) {
  return value ? std::optional(as_figure(*value)) : std::nullopt;
}

std::string Sides::shared_name(const Recording& side, const std::string& file) const {
  const std::string& root = side.run.root;
  const bool below = !root.empty() && file.size() > root.size() && file.starts_with(root) && file[root.size()] == '/';
  if (!below) return file;
  const std::string relative = file.substr(root.size() + 1);
  return &side == &base ? with_scripts_swapped(relative) : relative;
}

std::string Sides::with_scripts_swapped(const std::string& relative) const {
  return swapped(relative, script_of(base.run), script_of(head.run));
}

std::string Sides::timer_with_scripts_swapped(const std::string& name) const {
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos) return name;
  return swapped(name.substr(0, colon), stem_of(script_of(base.run)), stem_of(script_of(head.run))) +
         name.substr(colon);
}

Comparison compare(const Recording& base, const Recording& head) {
  if (base.run.clock_source != head.run.clock_source) {
    throw Failure(fmt::format("the recordings cannot be compared: one was taken with the clock {}, the other with {}.",
                              printable(base.run.clock_source), printable(head.run.clock_source)));
  }
  Comparison comparison;
  comparison.base = side_of(base);
  comparison.head = side_of(head);
  const Sides sides{base, head};
  for (const Section& after : head.sections) {
    const Section* before = base.section(after.name);
    if (before == nullptr || before->data.index() != after.data.index()) continue;
    SectionComparison section = std::visit(
        [&](const auto& data) {
          return compare_section(sides, std::get<std::decay_t<decltype(data)>>(before->data), data);
        },
        after.data);
    section.section = after.name;
    name_what_is_gone(section, sides);
    if (!section.subjects.empty()) comparison.sections.push_back(std::move(section));
  }
  if (comparison.sections.empty()) {
    throw Failure(
        fmt::format("the recordings have no mode in common: BASE has {}, HEAD {}. Record both with the same --mode.",
                    fmt::join(base.run.modes, ", "), fmt::join(head.run.modes, ", ")));
  }
  warn_where_different(comparison.warnings, "processor", base.run.host_cpu, head.run.host_cpu);
  warn_where_different(comparison.warnings, "Python", base.run.python_version, head.run.python_version);
  warn_of_hash_seeds(comparison, base.run, head.run);
  if (comparison.base.runs != comparison.head.runs) make_per_run(comparison);
  return comparison;
}

}  // namespace pyharness
