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
};

SectionComparison compare_section(const Sides& sides, const TimerRuns& base, const TimerRuns& head);
SectionComparison compare_section(const Sides& sides, const LineTable& base, const LineTable& head);
SectionComparison compare_section(const Sides& sides, const CallGraph& base, const CallGraph& head);
SectionComparison compare_section(const Sides& sides, const AllocSites& base, const AllocSites& head);

/// A figure's value, which is no more than the JSON can hold.
std::int64_t as_figure(std::uint64_t value);
std::optional<std::int64_t> as_figure(const std::optional<std::uint64_t>& value);

/// "app.py" of "/work/app.py" under root "/work".
std::string relative_to(const std::string& file, const std::string& root);

/// File relative to the root, qualified name, and which of the functions that share both.
using NumberedName = std::tuple<std::string, std::string, std::size_t>;

/// Functions of one name in one file (redefined, or lambdas) are told apart by their order.
class NameCounter {
 public:
  explicit NameCounter(std::string root) : root_(std::move(root)) {}
  NumberedName number(const FunctionKey& key) {
    const std::string file = relative_to(key.file, root_);
    return {file, key.name, seen_[{file, key.name}]++};
  }

 private:
  std::string root_;
  std::map<std::pair<std::string, std::string>, std::size_t> seen_;
};

}  // namespace pyharness
