#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/gate.h"
#include "harness/record/recording.h"
#include "harness/record/time_verdict.h"

namespace pyharness {

// Two recordings side by side, a value of its own. Everything that is compared is a *figure* of a *subject*: the calls
// of a function, the hits of a line, the shortest run of the program. Reports and gates know figures, no sections: a
// new section joins with a file of its own (compare_timer.cpp is the shortest). In all of them less is better.

/// One figure on both sides, of one run: what adds up over runs is the average, exact unless it is not a whole number.
/// Absent where that side has none.
struct Figure {
  std::string name;  // as in the JSON: "calls", "min_ns"
  Unit unit = Unit::kCount;
  /// Counts and bytes that are the same whenever the program does the same; else a measurement with noise.
  bool exact = true;
  MergeRule merge = MergeRule::kAdd;  // how the figures of several runs came together
  bool detail = false;                // follows from figures beside it: left out where people read
  std::optional<double> base{};
  std::optional<double> head{};
  /// Of a measurement: what its runs say; of the exact and of those without runs, nothing is told.
  TimeVerdict verdict{};

  [[nodiscard]] double change() const { return head.value_or(0) - base.value_or(0); }
  /// Of a measurement: its runs say that it changed, and in the direction in which this figure did.
  [[nodiscard]] bool changed_beyond_noise() const { return verdict.apart() && verdict.is_slower() == (change() > 0); }
  /// Relative to BASE; absent where that is nothing.
  [[nodiscard]] std::optional<double> percent() const;
};

/// What figures are of.
struct Subject {
  enum class Kind { kProgram, kFunction, kLine, kTimer, kStatement };
  Kind kind = Kind::kProgram;
  std::string file{};  // relative to the root where it lies below; empty where it stands in no file
  std::string name{};  // of the function, qualified, or of the timer; the statement; empty for the program
  std::string text{};  // of a line, where the recording has it
  std::optional<std::uint32_t> base_line{};
  std::optional<std::uint32_t> head_line{};
  std::vector<Figure> figures{};

  [[nodiscard]] const Figure* figure(std::string_view figure_name) const;
};

/// One section of both sides: the program's figures first, then those of its parts.
struct SectionComparison {
  std::string section;  // "timer", "line"
  std::vector<Subject> subjects;
};

/// Where a side's figures come from.
struct ComparedSide {
  std::vector<std::string> files;  // as named on the command line; empty where it was not
  std::string target;
  std::string python_version;
  std::string started_at;
  std::size_t runs = 1;
};

/// Functions are aligned by file (relative to each side's root) and qualified name, lines by source text, so that code
/// that only moved compares equal.
struct Comparison {
  ComparedSide base;
  ComparedSide head;
  std::vector<SectionComparison> sections;  // in the order of HEAD
  /// What makes the two hard to compare (other host, python, hash seed), as sentences.
  std::vector<std::string> warnings;
  std::vector<GateResult> gates;  // in the order given

  [[nodiscard]] const SectionComparison* section(std::string_view name) const;
  [[nodiscard]] bool failed() const;  // a gate holds
};

/// Throws Failure where they must not be compared: other clocks, or no section in common. Has no gates yet.
Comparison compare(const Recording& base, const Recording& head);

}  // namespace pyharness
