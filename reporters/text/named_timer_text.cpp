#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/base/units.h"
#include "harness/base/words.h"
#include "reporters/text/text_parts.h"

namespace pyharness {
namespace {

constexpr std::size_t kRows = 40;  // where --top says nothing
constexpr double kPicoseconds = 1000;

/// A timer without what measuring puts into its times.
struct Corrected {
  explicit Corrected(const NamedTimer& timer) : timer(&timer), cost(timer.cost_ps) {}
  [[nodiscard]] std::uint64_t one(std::uint64_t ns) const { return less(ns, static_cast<double>(cost) / kPicoseconds); }
  [[nodiscard]] std::uint64_t total() const {
    return less(timer->total_ns, static_cast<double>(cost) / kPicoseconds * static_cast<double>(timer->count));
  }
  const NamedTimer* timer;
  std::uint64_t cost;

 private:
  static std::uint64_t less(std::uint64_t ns, double by) {
    return ns - std::min(ns, static_cast<std::uint64_t>(std::llround(std::max(0.0, by))));
  }
};

std::string line(std::string_view count, std::string_view total, std::string_view min, std::string_view median,
                 std::string_view p99, std::string_view max, std::string_view name) {
  return fmt::format("{:>12} {:>9} {:>9} {:>9} {:>9} {:>9}  {}", count, total, min, median, p99, max, name);
}

}  // namespace

std::string named_timer_text(const TimerRuns& timer, const ReportStyle& style) {
  if (timer.timers.empty()) return {};
  std::vector<Corrected> rows(timer.timers.begin(), timer.timers.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Corrected& a, const Corrected& b) { return a.total() > b.total(); });
  const std::uint64_t cost =
      std::max_element(rows.begin(), rows.end(), [](auto& a, auto& b) { return a.cost < b.cost; })->cost;
  const std::size_t most = style.top.value_or(kRows);
  const std::size_t shown = most == 0 ? rows.size() : std::min(rows.size(), most);
  const Paint paint(style.color);
  std::string text = paint.bold(
      prose(fmt::format("Named timers: wall time of each call, less the {:.0f} ns that reading the clock puts into it "
                        "(the JSON has all of it); median and p99 within 1.6 %.",
                        static_cast<double>(cost) / kPicoseconds),
            style));
  text += text_line(line("count", "total", "min", "median", "p99", "max", "name"), style);
  for (std::size_t i = 0; i < shown; ++i) {
    const Corrected& row = rows[i];
    text +=
        text_line(line(human_count(row.timer->count), human_time(row.total()), human_time(row.one(row.timer->min_ns)),
                       human_time(row.one(row.timer->median_ns())), human_time(row.one(row.timer->p99_ns())),
                       human_time(row.one(row.timer->max_ns)), printable(row.timer->name)),
                  style);
  }
  if (shown < rows.size())
    text += prose(fmt::format("{} more; --top 0 shows all.", human_count(rows.size() - shown)), style);
  return text;
}

}  // namespace pyharness
