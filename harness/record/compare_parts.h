#pragma once

// What the comparisons of sections share; one file for each shape, compare_NAME.cpp.

#include <map>
#include <tuple>
#include <utility>

#include "harness/record/comparison.h"

namespace pyharness {

/// The two sides while they are compared. Borrowed.
struct Sides {
  const Recording& base;
  const Recording& head;

  /// What one of BASE's files is called on both sides: relative to its root; the script that ran by the name of HEAD's,
  /// and the other way round, so that runs of old.py and of new.py compare. HEAD's files keep their names.
  [[nodiscard]] std::string shared_name(const Recording& side, const std::string& file) const;
  /// The same of what is relative already; undone by itself.
  [[nodiscard]] std::string with_scripts_swapped(const std::string& relative) const;
  /// The same of a named timer, "script:function".
  [[nodiscard]] std::string timer_with_scripts_swapped(const std::string& name) const;
};

SectionComparison compare_section(const Sides& sides, const TimerRuns& base, const TimerRuns& head);
SectionComparison compare_section(const Sides& sides, const LineTable& base, const LineTable& head);
SectionComparison compare_section(const Sides& sides, const CallGraph& base, const CallGraph& head);
SectionComparison compare_section(const Sides& sides, const AllocSites& base, const AllocSites& head);
SectionComparison compare_section(const Sides& sides, const TimeitStatements& base, const TimeitStatements& head);

/// File by its shared name, qualified name, and which of the functions that share both.
using NumberedName = std::tuple<std::string, std::string, std::size_t>;

/// Functions of one name in one file (redefined, or lambdas) are told apart by their order.
class NameCounter {
 public:
  NameCounter(const Sides& sides, const Recording& side) : sides_(sides), side_(side) {}
  NumberedName number(const FunctionKey& key) {
    const std::string file = sides_.shared_name(side_, key.file);
    return {file, key.name, seen_[{file, key.name}]++};
  }

 private:
  const Sides& sides_;
  const Recording& side_;
  std::map<std::pair<std::string, std::string>, std::size_t> seen_;
};

}  // namespace pyharness
