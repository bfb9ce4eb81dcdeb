#pragma once

#include <span>
#include <string>
#include <string_view>

#include "harness/record/change.h"
#include "reporters/reporter.h"

namespace pyharness {

/// A format that comparisons are written in. Its function is pure: no clock, no file, no environment.
struct ComparisonReporterInfo {
  std::string_view name;                       // the word before the colon of -o
  std::string_view summary;                    // one line
  std::span<const std::string_view> suffixes;  // of file names that mean this format
  std::string (*render)(const Comparison&, const ReportStyle&);
};

/// In the order of `pyharness list`.
std::span<const ComparisonReporterInfo> comparison_reporters();
/// Null where there is none of this name.
const ComparisonReporterInfo* find_comparison_reporter(std::string_view name);
/// By the suffix of `path`; null where none is known.
const ComparisonReporterInfo* comparison_reporter_for_path(std::string_view path);

// One file each.
std::string comparison_text(const Comparison& comparison, const ReportStyle& style);
std::string comparison_markdown(const Comparison& comparison, const ReportStyle& style);
std::string comparison_csv(const Comparison& comparison, const ReportStyle& style);
std::string comparison_json(const Comparison& comparison, const ReportStyle& style);
std::string comparison_junit(const Comparison& comparison, const ReportStyle& style);
std::string comparison_annotations(const Comparison& comparison, const ReportStyle& style);

// What those for people share.

/// What matters most, in one sentence: a gate that holds, what got worse, what got better, or that nothing did.
std::string headline(const Comparison& comparison);
/// "3 gates hold", "none of 2 gates holds".
std::string gates_text(const Comparison& comparison);
/// "f (app.py:12)", "app.py:12  x = 1", "program": what a change is of.
std::string subject_text(const Change& change);
/// "program.py, 10 runs": what a side is.
std::string side_text(const ComparedSide& side);
/// What the figures are of, where a side has several runs.
std::string averaged_text(const Comparison& comparison);

}  // namespace pyharness
