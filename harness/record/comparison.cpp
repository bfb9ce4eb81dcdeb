#include "harness/record/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

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

// The file that ran, in its root; empty where the target is neither a script nor a module.
std::string script_of(const RunInfo& run) {
  constexpr std::string_view kModule = "-m ";
  if (run.target.starts_with(kModule)) {
    std::string file = run.target.substr(kModule.size());
    std::replace(file.begin(), file.end(), '.', '/');
    return file + ".py";
  }
  if (run.target.starts_with('-')) return {};
  const auto last_of = [](std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    return std::string(path.substr(path.rfind('/') + 1));
  };
  // A directory's, or a zip file's.
  return last_of(run.target) == last_of(run.root) ? "__main__.py" : last_of(run.target);
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
  const std::string was = seed(base) == seed(head)
                              ? "random on both sides"
                              : fmt::format("{} and {}", printable(seed(base)), printable(seed(head)));
  comparison.warnings.push_back(
      fmt::format("Exact counts may differ by hashing alone: PYTHONHASHSEED was {}. Set it to 0 for both.", was));
}

// What adds up over runs, for one of them.
void make_per_run(SectionComparison& section, std::size_t base_runs, std::size_t head_runs) {
  const auto divide = [](std::optional<double>& value, std::size_t runs) {
    if (value) *value /= static_cast<double>(runs);
  };
  for (Subject& subject : section.subjects) {
    for (Figure& figure : subject.figures) {
      if (figure.merge != MergeRule::kAdd) continue;
      divide(figure.base, base_runs);
      divide(figure.head, head_runs);
    }
  }
}

void warn_of_side(std::vector<std::string>& warnings, std::string_view side, const RunInfo& run) {
  for (const std::string& doubt : doubts_about(run.merged_from)) warnings.push_back(fmt::format("{}: {}", side, doubt));
  if (run.ending.signal) {
    warnings.push_back(fmt::format("{} was ended by signal {}.", side, *run.ending.signal));
  } else if (run.ending.failed()) {
    warnings.push_back(fmt::format("{} failed: it exited with status {}.", side, *run.ending.exit_status));
  }
}

// Each mode's hooks take their time, and what was done before a fork takes none.
void warn_of_ways(std::vector<std::string>& warnings, const RunInfo& base, const RunInfo& head) {
  const std::set<std::string> before(base.modes.begin(), base.modes.end());
  const std::set<std::string> after(head.modes.begin(), head.modes.end());
  if (before != after)
    warnings.push_back(fmt::format("BASE was recorded with --mode={}, HEAD with {}: their times do not compare.",
                                   printable(fmt::format("{}", fmt::join(before, ","))),
                                   printable(fmt::format("{}", fmt::join(after, ",")))));
  if (base.forks != head.forks)
    warnings.push_back(fmt::format("{} has --isolate=fork, {} has not: their times do not compare.",
                                   base.forks ? "BASE" : "HEAD", base.forks ? "HEAD" : "BASE"));
}

}  // namespace

std::optional<double> Figure::percent() const {
  if (base.value_or(0) == 0) return std::nullopt;
  return 100 * change() / *base;
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
    make_per_run(section, number_of_runs(base, after.name), number_of_runs(head, after.name));
    if (!section.subjects.empty()) comparison.sections.push_back(std::move(section));
  }
  if (comparison.sections.empty()) {
    throw Failure(
        fmt::format("the recordings have no mode in common: BASE has {}, HEAD {}. Record both with the same --mode.",
                    fmt::join(base.run.modes, ", "), fmt::join(head.run.modes, ", ")));
  }
  warn_of_side(comparison.warnings, "BASE", base.run);
  warn_of_side(comparison.warnings, "HEAD", head.run);
  warn_of_ways(comparison.warnings, base.run, head.run);
  warn_where_different(comparison.warnings, "processor", base.run.host_cpu, head.run.host_cpu);
  warn_where_different(comparison.warnings, "Python", base.run.python_version, head.run.python_version);
  warn_of_hash_seeds(comparison, base.run, head.run);
  return comparison;
}

}  // namespace pyharness
