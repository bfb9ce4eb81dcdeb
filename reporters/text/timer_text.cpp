#include <fmt/format.h>

#include <algorithm>

#include "harness/base/units.h"
#include "harness/record/statistics.h"
#include "reporters/text/text_parts.h"

namespace pyharness {
namespace {

using Run = TimerRuns::Run;

std::string line(std::string_view label, std::string_view code, std::string_view wall, std::string_view user,
                 std::string_view system, std::string_view rss, std::string_view gc, std::string_view pause) {
  return fmt::format("{:<8} {:>9} {:>9} {:>9} {:>9} {:>10} {:>5} {:>9}\n", label, code, wall, user, system, rss, gc,
                     pause);
}

std::string row(const std::string& label, const Run& run) {
  return line(label, run.code_wall_ns ? human_time(*run.code_wall_ns) : "-", human_time(run.wall_ns),
              human_time(run.user_ns), human_time(run.system_ns), human_bytes(run.peak_rss_bytes),
              human_count(run.collections.count), human_time(run.collections.pause_ns));
}

enum class Pick { kLeast, kMedian, kMost };

std::uint64_t picked(std::vector<std::uint64_t> values, Pick pick) {
  if (pick == Pick::kLeast) return *std::min_element(values.begin(), values.end());
  if (pick == Pick::kMost) return *std::max_element(values.begin(), values.end());
  return median(std::move(values));
}

// Each figure for itself: no single run need look like it.
Run run_of(const std::vector<Run>& runs, Pick pick) {
  const auto of = [&](auto&& figure) {
    std::vector<std::uint64_t> values;
    values.reserve(runs.size());
    for (const Run& run : runs) values.push_back(figure(run));
    return picked(std::move(values), pick);
  };
  std::vector<std::uint64_t> code;
  for (const Run& run : runs) {
    if (run.code_wall_ns) code.push_back(*run.code_wall_ns);
  }
  Run result;
  if (!code.empty()) result.code_wall_ns = picked(std::move(code), pick);
  result.wall_ns = of([](const Run& r) { return r.wall_ns; });
  result.user_ns = of([](const Run& r) { return r.user_ns; });
  result.system_ns = of([](const Run& r) { return r.system_ns; });
  result.peak_rss_bytes = of([](const Run& r) { return r.peak_rss_bytes; });
  result.collections.count = of([](const Run& r) { return r.collections.count; });
  result.collections.pause_ns = of([](const Run& r) { return r.collections.pause_ns; });
  return result;
}

std::uint64_t compared(const Run& run) { return run.code_wall_ns.value_or(run.wall_ns); }

// Of the median, where there are runs enough.
std::string sureness_text(const std::vector<Run>& runs) {
  std::vector<double> times;
  times.reserve(runs.size());
  for (const Run& run : runs) times.push_back(static_cast<double>(compared(run)));
  const std::optional<Interval> interval = median_interval(times);
  if (!interval) return "";
  const auto text = [](double time) { return human_time(static_cast<std::uint64_t>(time)); };
  return fmt::format(" ({:.0f} % sure: {} to {})", 100 * kConfidence, text(interval->low), text(interval->high));
}

std::string spread_text(std::uint64_t least, std::uint64_t most) {
  if (least == 0) return "spread unknown";
  const double ratio = static_cast<double>(most) / static_cast<double>(least);
  return ratio < 2 ? fmt::format("spread {:.1f} %", 100 * (ratio - 1)) : fmt::format("max {:.1f} times min", ratio);
}

}  // namespace

std::string timer_text(const TimerRuns& timer, const ReportStyle& style) {
  if (timer.runs.empty()) return {};
  const Paint paint(style.color);
  const std::vector<Run> good = timer.good_runs();
  const Run least = run_of(good, Pick::kLeast);
  const Run median = run_of(good, Pick::kMedian);
  const Run most = run_of(good, Pick::kMost);
  const std::string head = line("", "code", "wall", "user", "system", "peak RSS", "gc", "gc pauses");
  if (timer.runs.size() == 1) {
    const Run& run = timer.runs.front();
    return paint.bold(prose(fmt::format("Timer: the program's own code took {}.", human_time(compared(run))), style)) +
           "\n" + head + row("run", run) +
           prose(fmt::format("page faults {} minor, {} major; context switches {} voluntary, {} involuntary",
                             human_count(run.minor_faults), human_count(run.major_faults),
                             human_count(run.voluntary_switches), human_count(run.involuntary_switches)),
                 style);
  }
  std::string text = paint.bold(prose(fmt::format("Timer: best of {} run{} {}, median {}{}, {}.", good.size(),
                                                  good.size() == 1 ? "" : "s", human_time(compared(least)),
                                                  human_time(compared(median)), sureness_text(good),
                                                  spread_text(compared(least), compared(most))),
                                      style)) +
                     "\n" + head + paint.bold(row("min", least)) + row("median", median) + row("max", most);
  constexpr std::size_t kRows = 20;  // where --top says nothing
  const std::size_t most_rows = style.top.value_or(kRows);
  const std::size_t rows = most_rows == 0 ? timer.runs.size() : std::min(timer.runs.size(), most_rows);
  for (std::size_t i = 0; i < rows; ++i) text += row(fmt::format("run {}", i + 1), timer.runs[i]);
  if (const std::size_t left = timer.runs.size() - rows; left != 0)
    text += prose(fmt::format("and {} more runs; --top=0 shows all.", left), style);
  return text;
}

}  // namespace pyharness
