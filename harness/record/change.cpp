#include "harness/record/change.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "harness/base/units.h"
#include "harness/base/words.h"

namespace pyharness {
namespace {

/// Figures that are measured against each other: of one section, one kind of subject and one name.
using Group = std::tuple<const SectionComparison*, Subject::Kind, std::string_view>;

}  // namespace

Direction direction_of(const Figure& figure) {
  if (figure.change() == 0) return Direction::kSame;
  if (!figure.exact) {
    if (!figure.verdict.told) return Direction::kUntold;
    if (!figure.changed_beyond_noise()) return Direction::kSame;
  }
  return figure.change() > 0 ? Direction::kWorse : Direction::kBetter;
}

std::vector<Change> changes_of(const Comparison& comparison) {
  std::vector<Change> changes;
  std::map<Group, double> moved;
  const auto group_of = [](const Change& change) {
    return Group(change.section, change.subject->kind, change.figure->name);
  };
  for (const SectionComparison& section : comparison.sections) {
    for (const Subject& subject : section.subjects) {
      for (const Figure& figure : subject.figures) {
        if (figure.detail || (!figure.base && !figure.head)) continue;
        changes.push_back({&section, &subject, &figure, direction_of(figure)});
        if (changes.back().direction != Direction::kSame) moved[group_of(changes.back())] += std::abs(figure.change());
      }
    }
  }
  std::vector<std::tuple<bool, double, std::size_t>> order;  // ascending is the most telling first
  order.reserve(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Change& change = changes[i];
    const bool part = change.subject->kind != Subject::Kind::kProgram;
    const double weight =
        change.direction == Direction::kSame || !part ? 0 : std::abs(change.figure->change()) / moved[group_of(change)];
    order.emplace_back(part, -weight, i);
  }
  std::sort(order.begin(), order.end());
  std::vector<Change> sorted;
  sorted.reserve(changes.size());
  for (const auto& [part, weight, index] : order) sorted.push_back(changes[index]);
  return sorted;
}

std::uint32_t line_of(const Subject& subject) {
  return subject.head_line ? *subject.head_line : subject.base_line.value_or(0);
}

std::string place_of(const Subject& subject) {
  if (subject.file.empty()) return {};
  const std::uint32_t line = line_of(subject);
  return line == 0 ? printable(subject.file) : fmt::format("{}:{}", printable(subject.file), line);
}

std::string full_name(const SectionComparison& section, const Subject& subject, const Figure& figure) {
  const auto selected = [&](const std::string& selector) {
    return fmt::format("{}[{}].{}", section.section, selector, figure.name);
  };
  switch (subject.kind) {
    case Subject::Kind::kProgram:
      break;
    case Subject::Kind::kTimer:
    case Subject::Kind::kStatement:
      return selected(printable(subject.name));
    case Subject::Kind::kLine:
      return selected(place_of(subject));
    case Subject::Kind::kFunction:
      return selected(subject.file.empty() ? printable(subject.name)
                                           : printable(subject.file) + ":" + printable(subject.name));
  }
  return section.section + "." + figure.name;
}

std::string value_text(const std::optional<double>& value, Unit unit) {
  constexpr double kFewPicoseconds = 1'000'000;  // of which whole nanoseconds would say little
  constexpr double kMost = 9e18;                 // that are whole numbers in a recording
  if (!value) return "-";
  const std::string sign = *value < 0 ? "-" : "";
  const double size = std::min(std::abs(*value), kMost);
  const auto whole = [](double number) { return static_cast<std::uint64_t>(std::llround(number)); };
  switch (unit) {
    case Unit::kNanoseconds:
      return sign + human_time(whole(size));
    case Unit::kPicoseconds:
      return sign + (size < kFewPicoseconds ? fmt::format("{:.3g} ns", size / 1000) : human_time(whole(size / 1000)));
    case Unit::kBytes:
      return sign + human_bytes(whole(size));
    case Unit::kCount:
      break;
  }
  const double tenths = std::round(size * 10);
  const std::string count = human_count(whole(std::floor(tenths / 10)));
  return sign + (size == std::floor(size) ? count : fmt::format("{}.{:.0f}", count, std::fmod(tenths, 10)));
}

std::string percent_text(const Figure& figure) {
  if (figure.change() == 0) return "=";
  if (!figure.base || *figure.base == 0) return "new";
  if (!figure.head) return "gone";
  constexpr double kSeen = 0.05;  // below it is 0.0
  if (std::abs(*figure.percent()) < kSeen) return figure.change() > 0 ? "< +0.1 %" : "> -0.1 %";
  return fmt::format("{:+.1f} %", *figure.percent());
}

std::string from_to(const Figure& figure) {
  return fmt::format("{} -> {} ({})", value_text(figure.base, figure.unit), value_text(figure.head, figure.unit),
                     percent_text(figure));
}

std::string why_not_told(const Subject& subject, const Figure& figure) {
  if (figure.unit == Unit::kPicoseconds)
    return fmt::format("it takes {} repeats on each side, time it with -r 10", kFewestRuns);
  if (subject.kind != Subject::Kind::kFunction && subject.kind != Subject::Kind::kLine &&
      (figure.merge == MergeRule::kMaximum || subject.kind == Subject::Kind::kTimer))
    return fmt::format("it takes {} runs on each side, record with --repeat=10", kFewestRuns);
  return "it is an average over all runs, which shows no spread";
}

}  // namespace pyharness
