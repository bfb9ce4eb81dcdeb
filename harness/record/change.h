#pragma once

#include <string>
#include <vector>

#include "harness/record/comparison.h"

namespace pyharness {

/// What became of a figure. Of a measurement without enough runs nothing can be told.
enum class Direction { kWorse, kBetter, kUntold, kSame };

/// A figure with where it belongs; borrowed from the comparison.
struct Change {
  const SectionComparison* section = nullptr;
  const Subject* subject = nullptr;
  const Figure* figure = nullptr;
  Direction direction = Direction::kSame;
};

Direction direction_of(const Figure& figure);

/// Every figure that both people and tables look at (no details), the most telling first: the program's own, then by
/// their part in the change of all like them.
std::vector<Change> changes_of(const Comparison& comparison);

// How a change is said, wherever that is. Text of the program is made printable.

/// Its line, in HEAD where it is there; 0 where there is none.
std::uint32_t line_of(const Subject& subject);
/// "app.py:12", "app.py", or nothing.
std::string place_of(const Subject& subject);
/// "profile.calls", "profile[app.py:f].calls": as a gate would name it.
std::string full_name(const SectionComparison& section, const Subject& subject, const Figure& figure);
/// "1.20 ms", "3 KiB", "1,234", "-" where there is none.
std::string value_text(const std::optional<double>& value, Unit unit);
/// "+12.3 %", "< +0.1 %", "new", "gone", "=" where nothing changed.
std::string percent_text(const Figure& figure);
/// "1,000 -> 1,200 (+20.0 %)".
std::string from_to(const Figure& figure);
/// Why nothing can be told of a measurement: "times of single runs, record with --repeat=10".
std::string why_not_told(const Subject& subject, const Figure& figure);

}  // namespace pyharness
