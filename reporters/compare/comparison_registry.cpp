// The formats of comparisons, and the sentences that several of them say.
#include <fmt/format.h>

#include <algorithm>

#include "harness/base/words.h"
#include "reporters/compare/comparison_reporter.h"

namespace pyharness {
namespace {

constexpr std::string_view kTextSuffixes[] = {".txt"};
constexpr std::string_view kJsonSuffixes[] = {".json"};
constexpr std::string_view kMarkdownSuffixes[] = {".md"};
constexpr std::string_view kCsvSuffixes[] = {".csv"};
constexpr std::string_view kJunitSuffixes[] = {".xml"};

constexpr ComparisonReporterInfo kReporters[] = {
    {"text", "what got worse, what got better, for people", kTextSuffixes, comparison_text},
    {"json", "every figure of both sides, for programs", kJsonSuffixes, comparison_json},
    {"markdown", "the same as text, for a pull request", kMarkdownSuffixes, comparison_markdown},
    {"csv", "a row for each figure, for spreadsheets", kCsvSuffixes, comparison_csv},
    {"junit", "gates and sections as test cases, for a CI's test page", kJunitSuffixes, comparison_junit},
    {"github", "annotations of a GitHub workflow, for stdout: github:-", {}, comparison_annotations},
};

std::size_t number_of_holding(const Comparison& comparison) {
  return static_cast<std::size_t>(std::count_if(comparison.gates.begin(), comparison.gates.end(),
                                                [](const GateResult& gate) { return gate.holds; }));
}

}  // namespace

std::span<const ComparisonReporterInfo> comparison_reporters() { return kReporters; }

const ComparisonReporterInfo* find_comparison_reporter(std::string_view name) {
  const auto* found = std::find_if(std::begin(kReporters), std::end(kReporters),
                                   [&](const ComparisonReporterInfo& reporter) { return reporter.name == name; });
  return found == std::end(kReporters) ? nullptr : found;
}

const ComparisonReporterInfo* comparison_reporter_for_path(std::string_view path) {
  for (const ComparisonReporterInfo& reporter : kReporters) {
    for (const std::string_view suffix : reporter.suffixes) {
      if (path.ends_with(suffix)) return &reporter;
    }
  }
  return nullptr;
}

std::string gates_text(const Comparison& comparison) {
  const std::size_t all = comparison.gates.size();
  const std::size_t holding = number_of_holding(comparison);
  if (holding == 0) return fmt::format("none of {} gate{} holds", all, all == 1 ? "" : "s");
  return fmt::format("{} of {} gate{} hold{}", holding, all, all == 1 ? "" : "s", holding == 1 ? "s" : "");
}

std::string headline(const Comparison& comparison) {
  if (comparison.failed()) {
    const auto first = std::find_if(comparison.gates.begin(), comparison.gates.end(),
                                    [](const GateResult& gate) { return gate.holds; });
    return fmt::format("Failed, {}: {}", gates_text(comparison), first->reason);
  }
  const std::string passed = comparison.gates.empty() ? "" : fmt::format("Passed, {}. ", gates_text(comparison));
  const std::vector<Change> changes = changes_of(comparison);
  for (const auto& [direction, word] :
       {std::pair(Direction::kWorse, "Worse"), std::pair(Direction::kBetter, "Better")}) {
    const auto is = [wanted = direction](const Change& change) { return change.direction == wanted; };
    const auto first = std::find_if(changes.begin(), changes.end(), is);
    if (first == changes.end()) continue;
    const auto more = std::count_if(first + 1, changes.end(), is);
    return fmt::format("{}{}: {} {}{}", passed, word, full_name(*first->section, *first->subject, *first->figure),
                       from_to(*first->figure), more == 0 ? "" : fmt::format(" and {} more", more));
  }
  const bool untold = std::any_of(changes.begin(), changes.end(),
                                  [](const Change& change) { return change.direction == Direction::kUntold; });
  return passed +
         (untold ? "Same, but for times that cannot be told from noise" : "Same: nothing changed by more than noise");
}

std::string subject_text(const Change& change) {
  const Subject& subject = *change.subject;
  const std::string place = place_of(subject);
  switch (subject.kind) {
    case Subject::Kind::kProgram:
      break;
    case Subject::Kind::kTimer:
    case Subject::Kind::kStatement:
      return printable(subject.name);
    case Subject::Kind::kLine: {
      const std::size_t begin = subject.text.find_first_not_of(" \t");
      const std::string code = begin == std::string::npos ? "" : printable(subject.text.substr(begin));
      return (place.empty() ? printable(subject.name) : place) + (code.empty() ? "" : "  " + code);
    }
    case Subject::Kind::kFunction:
      return place.empty() ? printable(subject.name) : fmt::format("{} ({})", printable(subject.name), place);
  }
  std::string name = subject.name.empty() ? "program" : printable(subject.name);
  const TimeVerdict& verdict = change.figure->verdict;
  if (!verdict.told) return name;
  const auto text = [&](double value) { return value_text(value, change.figure->unit); };
  if (verdict.ratio)
    return fmt::format("{}, run by run {:.3f}..{:.3f} times", name, verdict.ratio->low, verdict.ratio->high);
  return fmt::format("{}, medians {}..{} and {}..{}", name, text(verdict.base->low), text(verdict.base->high),
                     text(verdict.head->low), text(verdict.head->high));
}

std::string averaged_text(const Comparison& comparison) {
  const bool once = std::max(comparison.base.runs, comparison.head.runs) == 1;
  return once ? "" : "Counts and sums are those of one run, on average.\n";
}

std::string side_text(const ComparedSide& side) {
  std::string files;
  for (const std::string& file : side.files) files += (files.empty() ? "" : ", ") + printable(file);
  return fmt::format("{}{}, Python {}, {} run{}", files.empty() ? "" : files + ": ", printable(side.target),
                     printable(side.python_version), side.runs, side.runs == 1 ? "" : "s");
}

}  // namespace pyharness
