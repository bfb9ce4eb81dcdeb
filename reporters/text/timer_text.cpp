#include <fmt/format.h>

#include <algorithm>

#include "harness/base/units.h"
#include "reporters/text/text_parts.h"

namespace pyharness {
namespace {

using Run = TimerRuns::Run;

std::string row(const std::string& label, const Run& run) {
  const std::string code = run.code_wall_ns ? human_time(*run.code_wall_ns) : "-";
  return fmt::format("{:<8} {:>9} {:>9} {:>9} {:>9} {:>10}  {}x {}", label, code, human_time(run.wall_ns),
                     human_time(run.user_ns), human_time(run.system_ns), human_bytes(run.peak_rss_bytes),
                     run.collections.count, human_time(run.collections.pause_ns));
}

template <class Figure>
std::uint64_t median_of(const std::vector<Run>& runs, Figure&& figure) {
  std::vector<std::uint64_t> values;
  values.reserve(runs.size());
  for (const Run& run : runs) values.push_back(figure(run));
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : values[middle - 1] + (values[middle] - values[middle - 1]) / 2;
}

// Each figure's own median: no single run need look like it.
Run median_run(const std::vector<Run>& runs) {
  Run median;
  median.wall_ns = median_of(runs, [](const Run& r) { return r.wall_ns; });
  median.code_wall_ns = TimerRuns{runs}.median_ns();
  median.user_ns = median_of(runs, [](const Run& r) { return r.user_ns; });
  median.system_ns = median_of(runs, [](const Run& r) { return r.system_ns; });
  median.peak_rss_bytes = median_of(runs, [](const Run& r) { return r.peak_rss_bytes; });
  median.collections.count = median_of(runs, [](const Run& r) { return r.collections.count; });
  median.collections.pause_ns = median_of(runs, [](const Run& r) { return r.collections.pause_ns; });
  return median;
}

std::uint64_t compared(const Run& run) { return run.code_wall_ns.value_or(run.wall_ns); }

}  // namespace

std::string timer_text(const TimerRuns& timer, const ReportStyle& style) {
  if (timer.runs.empty()) return {};
  const Paint paint(style.color);
  const auto [least, most] = std::minmax_element(timer.runs.begin(), timer.runs.end(),
                                                 [](const Run& a, const Run& b) { return compared(a) < compared(b); });
  std::string text;
  if (timer.runs.size() > 1) {
    const double spread = compared(*least) == 0 ? 0
                                                : 100.0 * static_cast<double>(compared(*most) - compared(*least)) /
                                                      static_cast<double>(compared(*least));
    text += paint.bold(fmt::format("Timer: best of {} runs {}, median {}, spread {:.1f} %\n\n", timer.runs.size(),
                                   human_time(compared(*least)), human_time(median_of(timer.runs, compared)), spread));
  } else {
    text += paint.bold(fmt::format("Timer: the program's own code took {}\n\n", human_time(compared(*least))));
  }
  text += fmt::format("{:<8} {:>9} {:>9} {:>9} {:>9} {:>10}  {}\n", "", "code", "wall", "user", "system", "peak RSS",
                      "collections");
  if (timer.runs.size() == 1) {
    const Run& run = timer.runs.front();
    text += row("run", run) + "\n";
    text += fmt::format("page faults {} minor, {} major; context switches {} voluntary, {} involuntary\n",
                        human_count(run.minor_faults), human_count(run.major_faults),
                        human_count(run.voluntary_switches), human_count(run.involuntary_switches));
    return text;
  }
  text += paint.bold(row("min", *least)) + "\n";
  text += row("median", median_run(timer.runs)) + "\n";
  text += row("max", *most) + "\n";
  for (std::size_t i = 0; i < timer.runs.size(); ++i) text += row(fmt::format("run {}", i + 1), timer.runs[i]) + "\n";
  return text;
}

}  // namespace pyharness
