#include "harness/record/timeit_statements.h"

#include <algorithm>
#include <numeric>

namespace pyharness {
namespace {

using Statement = TimeitStatements::Statement;
using Times = std::vector<double>;

constexpr std::size_t kLeastForFirst = 3;  // repeats of a process that show its first to be another
constexpr double kSlowerFirst = 0.1;
constexpr double kHardlyAnything = 0.25;  // of the loop's cost

double per_loop(std::uint64_t ns, const Statement& statement) {
  return static_cast<double>(ns) / static_cast<double>(statement.loops);
}

std::vector<Times> by_process(const Statement& statement) {
  std::vector<Times> processes;
  auto total = statement.totals_ns.begin();
  for (const std::uint64_t count : statement.processes) {
    Times& times = processes.emplace_back();
    for (std::uint64_t i = 0; i < count; ++i) times.push_back(per_loop(*total++, statement));
  }
  return processes;
}

Times independent(const std::vector<Times>& processes) {
  if (processes.size() == 1) return processes.front();
  Times medians;
  for (const Times& times : processes) medians.push_back(median(times));
  return medians;
}

std::optional<double> first_slower(const std::vector<Times>& processes) {
  Times slower;
  std::size_t seen = 0;
  for (const Times& times : processes) {
    if (times.size() < kLeastForFirst) continue;
    ++seen;
    const Times others(times.begin() + 1, times.end());
    const double usual = median(others);
    const double excess = usual > 0 ? times.front() / usual - 1 : 0;
    if (excess > kSlowerFirst && times.front() > *std::max_element(others.begin(), others.end()))
      slower.push_back(excess);
  }
  return 2 * slower.size() > seen ? std::optional(median(std::move(slower))) : std::nullopt;
}

}  // namespace

bool fits(const std::vector<std::uint64_t>& processes, std::size_t totals) {
  std::uint64_t left = totals;
  for (const std::uint64_t count : processes) {
    if (count == 0 || count > left) return false;
    left -= count;
  }
  return left == 0 && totals != 0;
}

Times independent_times(const Statement& statement) { return independent(by_process(statement)); }

TimeitFigures figures_of(const Statement& statement) {
  const std::vector<Times> processes = by_process(statement);
  const Times values = independent(processes);
  TimeitFigures figures;
  for (const std::uint64_t total : statement.totals_ns) figures.repeats.push_back(per_loop(total, statement));
  figures.best = *std::min_element(figures.repeats.begin(), figures.repeats.end());
  figures.worst = *std::max_element(figures.repeats.begin(), figures.repeats.end());
  figures.median = median(values);
  figures.interval = median_interval(values);
  figures.loop = per_loop(statement.loop_cost_ns, statement);
  figures.outliers = outliers(figures.repeats);
  figures.first_slower = first_slower(processes);
  return figures;
}

TimeitRanking ranked(const TimeitStatements& timeit) {
  std::vector<Times> values;
  std::vector<TimeitFigures> figures;
  for (const Statement& statement : timeit.statements) {
    values.push_back(independent_times(statement));
    figures.push_back(figures_of(statement));
  }
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return figures[a].median < figures[b].median; });
  TimeitRanking ranking;
  if (order.empty()) return ranking;
  const std::size_t fastest = order.front();
  const TimeitFigures& base = figures[fastest];
  ranking.loop_within = base.best_without_loop() <= kHardlyAnything * base.loop;
  const auto net = [&](std::size_t statement, double time) {
    return ranking.loop_within ? time : time - figures[statement].loop;
  };
  for (const std::size_t index : order) {
    TimeitRank rank{index, 1, {}};
    const double fastest_median = net(fastest, base.median);
    if (index != fastest && fastest_median > 0) {
      rank.ratio = net(index, figures[index].median) / fastest_median;
      // What was measured side by side is compared side by side: noise that hit both is in neither.
      Times ratios;
      for (std::size_t i = 0; i < std::min(values[index].size(), values[fastest].size()); ++i) {
        const double below = net(fastest, values[fastest][i]);
        if (below > 0) ratios.push_back(net(index, values[index][i]) / below);
      }
      if (values[index].size() == values[fastest].size() && ratios.size() == values[index].size()) {
        rank.ratio = median(ratios);
        rank.interval = median_interval(std::move(ratios));
      }
    }
    ranking.ranks.push_back(rank);
  }
  return ranking;
}

}  // namespace pyharness
