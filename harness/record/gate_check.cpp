// Whether a gate holds.
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cmath>

#include "harness/base/units.h"
#include "harness/base/words.h"
#include "harness/record/change.h"
#include "harness/record/gate.h"

namespace pyharness {
namespace {

// "pkg.app" of "pkg/app.py", "pkg" of "pkg/__init__.py".
std::string module_of(std::string file) {
  if (!file.ends_with(".py")) return {};
  file.resize(file.size() - 3);
  std::replace(file.begin(), file.end(), '/', '.');
  if (file.ends_with(".__init__")) file.resize(file.size() - 9);
  return file;
}

bool matches(const std::string& pattern, const std::string& name) {
  return pattern == name || fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

/// The names that a selector may call a subject by: `name`, `file:name`, `module:name`; lines are `file:number`.
bool is_selected(const std::string& selector, const Subject& subject) {
  const auto in_file = [&](const std::string& what) {
    const std::string& file = subject.file;
    const std::string last = file.substr(file.rfind('/') + 1);
    return matches(selector, file + ":" + what) || matches(selector, last + ":" + what);
  };
  switch (subject.kind) {
    case Subject::Kind::kProgram:
      return !subject.name.empty() && matches(selector, subject.name);  // the only statement
    case Subject::Kind::kLine:
      // A pattern of functions alone must not mean their lines too.
      return selector.find(':') != std::string::npos && in_file(std::to_string(line_of(subject)));
    case Subject::Kind::kTimer:
    case Subject::Kind::kStatement:
      return matches(selector, subject.name);
    case Subject::Kind::kFunction:
      break;
  }
  return matches(selector, subject.name) || in_file(subject.name) ||
         matches(selector, module_of(subject.file) + ":" + subject.name);
}

// "min" is min_ns: the unit need not be said.
const Figure* figure_named(const Subject& subject, const std::string& name) {
  for (const char* suffix : {"", "_ns", "_ps", "_bytes"}) {
    if (const Figure* figure = subject.figure(name + suffix)) return figure;
  }
  return nullptr;
}

std::string_view unit_word(Unit unit) {
  switch (unit) {
    case Unit::kNanoseconds:
    case Unit::kPicoseconds:
      return "a time";
    case Unit::kBytes:
      return "a number of bytes";
    case Unit::kCount:
      break;
  }
  return "a count";
}

bool compares(double left, Gate::Op op, double right) {
  switch (op) {
    case Gate::Op::kMore:
      return left > right;
    case Gate::Op::kAtLeast:
      return left >= right;
    case Gate::Op::kLess:
      return left < right;
    case Gate::Op::kAtMost:
      return left <= right;
    case Gate::Op::kEqual:
      return left == right;
    case Gate::Op::kOther:
      break;
  }
  return left != right;
}

bool is_time(Unit unit) { return unit == Unit::kNanoseconds || unit == Unit::kPicoseconds; }

// In the figure's unit.
double value_for(const Figure& figure, const Gate& gate) {
  constexpr double kPicoseconds = 1000;  // of a nanosecond
  return figure.unit == Unit::kPicoseconds && gate.unit == Unit::kNanoseconds ? gate.value * kPicoseconds : gate.value;
}

// As numbers, whatever noise there is. Percent of nothing: any growth is more than any share of it.
bool holds_as_numbers(const Gate& gate, const Figure& figure) {
  const double base = figure.base.value_or(0);
  const double head = figure.head.value_or(0);
  if (gate.kind == Gate::Kind::kLimit) return compares(head, gate.op, value_for(figure, gate));
  if (gate.kind == Gate::Kind::kChange) return compares(head - base, gate.op, value_for(figure, gate));
  return compares(100 * (head - base), gate.op, gate.value * base);
}

GateResult check(const Gate& gate, const SectionComparison& section, const Subject& subject, const Figure& figure) {
  GateResult result{gate, holds_as_numbers(gate, figure),
                    fmt::format("{} {}", full_name(section, subject, figure), from_to(figure)), subject.file,
                    line_of(subject)};
  if (result.holds && !figure.exact && gate.kind != Gate::Kind::kLimit) {
    const TimeVerdict& verdict = figure.verdict;
    result.holds = figure.changed_beyond_noise();
    if (!verdict.told)
      result.reason += fmt::format(", which cannot be told from noise: {}", why_not_told(subject, figure));
    else if (!verdict.apart())
      result.reason += ", which is not more than noise: the runs' intervals overlap";
    else if (!result.holds)
      result.reason += ", which is noise: the runs' medians went the other way";
    else
      result.reason += ", more than noise";
  }
  return result;
}

std::vector<std::string_view> names_of(const Subject& subject) {
  std::vector<std::string_view> names;
  for (const Figure& figure : subject.figures) names.push_back(figure.name);
  return names;
}

// "min" beside "min_ns": people mistype the one as the other.
std::vector<std::string_view> with_units_left_out(std::vector<std::string_view> names) {
  const std::size_t count = names.size();
  for (std::size_t i = 0; i < count; ++i) names.push_back(names[i].substr(0, names[i].rfind('_')));
  return names;
}

[[noreturn]] void no_such_figure(const Gate& gate, const Subject& subject) {
  const auto names = names_of(subject);
  throw WrongGate(fmt::format("there is no figure '{}' here.{} Use one of: {}.", printable(gate.figure),
                              did_you_mean(gate.figure, with_units_left_out(names)), fmt::join(names, ", ")),
                  gate.text, gate.figure_at);
}

[[noreturn]] void no_such_section(const Gate& gate, const Comparison& comparison) {
  std::vector<std::string_view> names;
  for (const SectionComparison& section : comparison.sections) names.push_back(section.section);
  throw WrongGate(fmt::format("the recordings do not both have '{}'.{} They share: {}.", printable(gate.section),
                              did_you_mean(gate.section, names), fmt::join(names, ", ")),
                  gate.text, gate.text.find_first_not_of(' '));
}

}  // namespace

GateResult check_gate(const Gate& gate, const Comparison& comparison) {
  const SectionComparison* section = comparison.section(gate.section);
  if (section == nullptr) no_such_section(gate, comparison);
  const Subject* selected = nullptr;
  std::optional<GateResult> decided;
  for (const Subject& subject : section->subjects) {
    const bool fits =
        gate.selector.empty() ? subject.kind == Subject::Kind::kProgram : is_selected(gate.selector, subject);
    if (!fits) continue;
    selected = &subject;
    const Figure* figure = figure_named(subject, gate.figure);
    if (figure == nullptr || (!figure->base && !figure->head)) continue;
    // One side's program without a figure is no change of it: it was not recorded.
    const bool one_sided = subject.kind == Subject::Kind::kProgram && !(figure->base && figure->head);
    if (one_sided && !(gate.kind == Gate::Kind::kLimit && figure->head)) continue;
    if (gate.kind != Gate::Kind::kPercent && gate.unit != Unit::kCount && gate.unit != figure->unit &&
        !(is_time(gate.unit) && is_time(figure->unit))) {
      throw WrongGate(
          fmt::format("{} is {}, and this is {}.", figure->name, unit_word(figure->unit), unit_word(gate.unit)),
          gate.text, gate.value_at);
    }
    GateResult result = check(gate, *section, subject, *figure);
    if (!decided || (result.holds && !decided->holds)) decided = std::move(result);
  }
  if (selected == nullptr) {
    throw WrongGate(
        gate.selector.empty()
            ? fmt::format("{} has no figure of the whole program: name what is meant in brackets, as {}[NAME].{}.",
                          gate.section, gate.section, gate.figure)
            : fmt::format("neither recording has '{}' in its section {}.", printable(gate.selector), gate.section),
        gate.text, gate.selector.empty() ? gate.figure_at : gate.selector_at);
  }
  if (!decided) no_such_figure(gate, *selected);
  return std::move(*decided);
}

}  // namespace pyharness
