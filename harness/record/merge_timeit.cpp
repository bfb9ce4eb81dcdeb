#include <algorithm>
#include <cmath>

#include "harness/base/error.h"
#include "harness/record/merge.h"

namespace pyharness {
namespace {

using Statement = TimeitStatements::Statement;

// A time of `statement`, as if it had had so many loops.
std::uint64_t scaled(std::uint64_t ns, const Statement& statement, std::uint64_t loops) {
  if (statement.loops == loops) return ns;
  constexpr double kMost = 9e18;  // what JSON's counts hold
  const double factor = static_cast<double>(loops) / static_cast<double>(statement.loops);
  return static_cast<std::uint64_t>(std::min(kMost, std::round(static_cast<double>(ns) * factor)));
}

void add(Statement& into, const Statement& other) {
  for (const std::uint64_t total : other.totals_ns) into.totals_ns.push_back(scaled(total, other, into.loops));
  into.processes.insert(into.processes.end(), other.processes.begin(), other.processes.end());
  into.loop_cost_ns = std::min(into.loop_cost_ns, scaled(other.loop_cost_ns, other, into.loops));
}

}  // namespace

void merge_into(TimeitStatements& into, const TimeitStatements& other) {
  if (into.clock != other.clock)
    throw Failure("the recordings cannot be merged: one was timed by the wall clock, one by the processor's (-p).");
  const std::size_t known = into.statements.size();  // one that a recording has twice stays two
  std::vector<bool> taken(known);
  for (const Statement& statement : other.statements) {
    std::size_t at = 0;
    while (at < known &&
           (taken[at] || into.statements[at].stmt != statement.stmt || into.statements[at].setup != statement.setup))
      ++at;
    if (at == known) {
      into.statements.push_back(statement);
    } else {
      taken[at] = true;
      add(into.statements[at], statement);
    }
  }
}

}  // namespace pyharness
