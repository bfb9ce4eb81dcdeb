#include <fmt/format.h>

#include <algorithm>

#include "harness/base/words.h"
#include "reporters/text/text_parts.h"
#include "reporters/text/timeit_time.h"

namespace pyharness {
namespace {

using Statement = TimeitStatements::Statement;

constexpr std::size_t kNamedOutliers = 5;
constexpr std::size_t kNarrowest = 20;  // columns for a statement

std::string plural(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// A statement in one line.
std::string label(const std::string& stmt) {
  const std::size_t end = stmt.find('\n');
  return without_tabs(printable(stmt.substr(0, end))) + (end == std::string::npos ? "" : " ...");
}

std::string spread_text(const TimeitFigures& figures) {
  if (figures.best <= 0) return "spread unknown";
  const double ratio = figures.worst / figures.best;
  return ratio < 2 ? fmt::format("spread {:.1f} %", 100 * (ratio - 1)) : fmt::format("worst {:.1f} times best", ratio);
}

std::string ratio_text(double ratio) { return fmt::format("{:.{}f}", ratio, ratio < 99.995 ? 2 : 0); }

class TimeitText {
 public:
  TimeitText(const Recording& recording, const TimeitStatements& timeit, const ReportStyle& style)
      : recording_(recording), timeit_(timeit), style_(style), time_{style.unit, style.verbose}, paint_(style.color) {}

  [[nodiscard]] std::string text() const {
    std::string text;
    const bool several = timeit_.statements.size() > 1;
    for (std::size_t i = 0; i < timeit_.statements.size(); ++i)
      if (i == 0 || style_.verbose > 0) text += statement(timeit_.statements[i], i);
    if (several) text += "\n" + ranking();
    return text + surroundings();
  }

 private:
  [[nodiscard]] std::string statement(const Statement& statement, std::size_t index) const {
    const TimeitFigures figures = figures_of(statement);
    std::string text = index == 0 ? "" : "\n";
    if (index != 0) text += text_line("versus: " + label(statement.stmt), style_);
    if (style_.verbose > 0) {
      std::string raw;
      for (const std::uint64_t total : statement.totals_ns)
        raw += (raw.empty() ? "" : ", ") + time_.text(static_cast<double>(total));
      text += "raw times: " + raw + "\n\n";
    }
    text += paint_.bold(fmt::format("{}, best of {}: {} per loop\n", plural(statement.loops, "loop"),
                                    figures.repeats.size(), time_.text(figures.best)));
    text += prose(fmt::format("without the loop itself ({}): {}", time_.text(figures.loop),
                              time_.text(figures.best_without_loop())),
                  style_);
    if (figures.repeats.size() > 1) text += prose(middle(figures), style_);
    if (!figures.outliers.empty()) text += prose(outliers(statement, figures), style_);
    if (figures.first_slower) {
      text += paint_.warm(
          prose(fmt::format("The first repeat{} {:.0f} % slower than the others: it warms up what they "
                            "find warm.",
                            statement.processes.size() == 1 ? " was" : " of a process is", 100 * *figures.first_slower),
                style_));
    }
    return text;
  }

  [[nodiscard]] std::string middle(const TimeitFigures& figures) const {
    return fmt::format("median {}{}, {}", time_.text(figures.median), interval(figures.interval), spread_text(figures));
  }

  [[nodiscard]] std::string interval(const std::optional<Interval>& interval) const {
    if (!interval) return "";
    return fmt::format(" ({:.0f} % sure: {} to {})", 100 * kConfidence, time_.text(interval->low),
                       time_.text(interval->high));
  }

  // "repeat 3", or where there are several processes "repeat 3 of process 2".
  [[nodiscard]] static std::string name_of(const Statement& statement, std::size_t repeat) {
    std::size_t process = 0;
    while (repeat >= statement.processes[process]) repeat -= statement.processes[process++];
    return statement.processes.size() == 1 ? fmt::format("repeat {}", repeat + 1)
                                           : fmt::format("repeat {} of process {}", repeat + 1, process + 1);
  }

  [[nodiscard]] std::string outliers(const Statement& statement, const TimeitFigures& figures) const {
    std::string text = figures.outliers.size() == 1 ? "outlier: " : "outliers: ";
    const std::size_t named = std::min(figures.outliers.size(), kNamedOutliers);
    for (std::size_t i = 0; i < named; ++i) {
      const std::size_t at = figures.outliers[i];
      text += fmt::format("{}{} ({})", i == 0 ? "" : ", ", name_of(statement, at), time_.text(figures.repeats[at]));
    }
    const std::size_t left = figures.outliers.size() - named;
    return left == 0 ? text : text + fmt::format(" and {} more", left);
  }

  [[nodiscard]] std::string ranking() const {
    const TimeitRanking ranking = ranked(timeit_);
    std::string rows;
    bool noise = false;
    bool unknown = false;
    for (const TimeitRank& rank : ranking.ranks) {
      const Statement& statement = timeit_.statements[rank.statement];
      const TimeitFigures figures = figures_of(statement);
      const bool first = &rank == &ranking.ranks.front();
      noise = noise || (!first && rank.interval && !rank.is_apart());
      unknown = unknown || (!first && !rank.interval);
      const std::string mark = first || rank.is_apart() ? " " : rank.interval ? "~" : "?";
      const std::string range =
          rank.interval ? ratio_text(rank.interval->low) + " - " + ratio_text(rank.interval->high) : "";
      const std::string line = fmt::format(
          "{} {:>7}  {:<13} {:>10} {:>10}  ", mark, ratio_text(rank.ratio), range, time_.text(figures.median),
          time_.text(ranking.loop_within ? figures.best : figures.best_without_loop()));
      const std::string code = label(statement.stmt);
      const std::string row = text_line(
          line + (style_.width == 0 ? code : clipped(code, std::max(kNarrowest, style_.width - line.size()))), style_);
      rows += first ? paint_.bold(row) : row;
    }
    std::string text = paint_.bold(prose(conclusion(ranking), style_));
    text += fmt::format("    ratio  {:<13} {:>10} {:>10}  statement\n", fmt::format("{:.0f} % sure", 100 * kConfidence),
                        "median", "best");
    text += rows;
    text +=
        prose(ranking.loop_within ? "Best and ratio are with the loop: without it hardly anything is left."
                                  : "Best and ratio are without the loop itself; ratios are taken repeat by repeat.",
              style_);
    if (noise) text += prose("~: no more than noise: the ratio may be 1.", style_);
    if (unknown) {
      const bool alone = timeit_.statements.front().processes.size() == 1;
      text += prose(fmt::format("?: too few {} to tell it from noise. Use {} 6 or more.",
                                alone ? "repeats" : "processes", alone ? "-r" : "--processes"),
                    style_);
    }
    return text;
  }

  [[nodiscard]] std::string conclusion(const TimeitRanking& ranking) const {
    const TimeitRank& second = ranking.ranks[1];
    if (!second.interval) return "Which is the fastest cannot be told from noise.";
    if (!second.is_apart()) return "Between the two fastest there is no difference beyond noise.";
    constexpr std::size_t kLabel = 40;
    return fmt::format("{} times as fast as the next: {}", ratio_text(second.ratio),
                       clipped(label(timeit_.statements[ranking.ranks.front().statement].stmt), kLabel));
  }

  [[nodiscard]] std::string surroundings() const {
    const RunInfo& run = recording_.run;
    const Statement& first = timeit_.statements.front();
    std::string text;
    for (const std::string& note : run.notes) text += paint_.warm(prose(printable(note), style_));
    std::string how = timeit_.clock == TimeitStatements::Clock::kCpu ? "CPU time" : "Wall time";
    how += fmt::format(", Python {}, {}", printable(run.python_version), printable(run.python_executable));
    if (first.processes.size() > 1) how += fmt::format(", {} processes", first.processes.size());
    return text + paint_.dim(prose(how, style_));
  }

  const Recording& recording_;
  const TimeitStatements& timeit_;
  const ReportStyle& style_;
  TimeitTime time_;
  Paint paint_;
};

}  // namespace

std::string timeit_text(const Recording& recording, const TimeitStatements& timeit, const ReportStyle& style) {
  return TimeitText(recording, timeit, style).text();
}

}  // namespace pyharness
