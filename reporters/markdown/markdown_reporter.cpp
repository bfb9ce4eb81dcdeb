#include "reporters/markdown/markdown_reporter.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.h"
#include "harness/base/units.h"
#include "harness/record/merge.h"
#include "harness/record/saturated.h"
#include "reporters/markdown/markdown_text.h"
#include "reporters/support/hot_lines.h"
#include "reporters/text/text_parts.h"
#include "reporters/text/timeit_time.h"

namespace pyharness {
namespace {

using Cells = std::vector<std::string>;

constexpr std::size_t kRows = 10;  // where --top says nothing
constexpr std::size_t kHotLines = 5;

std::string percent(double share) { return fmt::format("{:.1f} %", share); }

/// The first of `all` by `rank`, as many as a table has, and how many are left.
template <class T>
std::pair<std::vector<const T*>, std::size_t> first_by(const std::vector<T>& all, const ReportStyle& style,
                                                       auto&& rank) {
  std::vector<const T*> first;
  for (const T& one : all) {
    if (rank(one) != 0) first.push_back(&one);
  }
  std::stable_sort(first.begin(), first.end(), [&](const T* a, const T* b) { return rank(*a) > rank(*b); });
  const std::size_t most = style.top.value_or(kRows);
  const std::size_t shown = most == 0 ? first.size() : std::min(first.size(), most);
  first.resize(shown);
  return {std::move(first), all.size() - shown};
}

std::string left_out(std::size_t count, std::string_view what) {
  return count == 0 ? "" : fmt::format("\n{} more {}{}.\n", human_count(count), what, count == 1 ? "" : "s");
}

class MarkdownText {
 public:
  MarkdownText(const Recording& recording, const ReportStyle& style) : recording_(recording), style_(style) {
    style_.width = 0;
    style_.color = false;
  }

  [[nodiscard]] std::string text() const {
    const RunInfo& run = recording_.run;
    std::string text = fmt::format("### pyharness: {}\n", code_span(run.target));
    if (!run.losses.empty()) text += "\n" + code_block(footer_text(recording_, style_));
    if (const auto* table = recording_.find<LineTable>("line")) text += lines(*table);
    if (const auto* graph = recording_.find<CallGraph>("profile")) text += calls(*graph);
    if (const auto* alloc = recording_.find<AllocSites>("alloc")) text += allocations(*alloc);
    if (const auto* timeit = recording_.find<TimeitStatements>("timeit")) text += statements(*timeit);
    if (const auto* timer = recording_.find<TimerRuns>("timer"))
      text += "\n#### Timer\n\n" + code_block(timer_text(*timer, style_) + named_timer_text(*timer, style_));
    return text + "\n<details><summary>The run</summary>\n\n" +
           code_block(header_text(recording_, style_) + process_text(recording_, style_)) + "\n</details>\n";
  }

 private:
  [[nodiscard]] std::string place(const FunctionKey& key, std::uint32_t line) const {
    return key.file == "~" ? "" : code_span(fmt::format("{}:{}", short_file(key.file, recording_.run.root), line));
  }

  [[nodiscard]] std::string lines(const LineTable& all) const {
    const HotLines hot = hot_lines(all, kHotLines);
    std::string text = "\n#### Lines\n\n";
    if (all.functions.empty()) return text + "No watched code ran.\n";
    std::vector<Cells> rows;
    for (const HotLine& line : hot.lines)
      rows.push_back({human_time(line.ns), percent(line.percent), human_count(line.hits),
                      place(line.function, line.line), code_span(code_at(recording_, line.function.file, line.line))});
    if (!rows.empty()) {
      text += hot.own ? fmt::format("**{} line{} took {:.0f} % of the time**, by own time.\n\n", rows.size(),
                                    rows.size() == 1 ? "" : "s", hot.percent)
                      : "**The longest lines**, with what they call; % of the longest function.\n\n";
      text += markdown_table({hot.own ? "Own time" : "Time", "%", "Hits", "Place", "Line"}, "rrrll", rows);
    }
    return text + functions(over_threads(all));
  }

  [[nodiscard]] std::string functions(const LineTable& table) const {
    const auto own = table.find_column("own_ns");
    const auto [first, left] =
        first_by(table.functions, style_, [](const LineTable::Function& f) { return f.total_ns.value_or(0); });
    std::vector<Cells> rows;
    for (const LineTable::Function* function : first) {
      Cells& cells = rows.emplace_back(Cells{human_time(*function->total_ns)});
      if (own) {
        std::int64_t sum = 0;
        for (const LineTable::Row& row : function->rows) sum = add_saturated(sum, row.values[*own]);
        cells.push_back(human_time(static_cast<std::uint64_t>(std::max<std::int64_t>(sum, 0))));
      }
      cells.push_back(place(function->key, function->key.line));
      cells.push_back(code_span(function->key.name));
    }
    if (rows.empty()) return {};
    return "\n" +
           (own ? markdown_table({"Time", "Own time", "Place", "Function"}, "rrll", rows)
                : markdown_table({"Time", "Place", "Function"}, "rll", rows)) +
           left_out(left, "function");
  }

  [[nodiscard]] std::string calls(const CallGraph& graph) const {
    const auto [first, left] =
        first_by(graph.functions, style_, [](const CallGraph::Function& f) { return f.costs.self_ns; });
    std::vector<Cells> rows;
    for (const CallGraph::Function* function : first) {
      const CallCosts& costs = function->costs;
      rows.push_back({human_time(costs.self_ns),
                      percent(share(static_cast<std::int64_t>(costs.self_ns), graph.total_ns)),
                      human_time(costs.cumulative_ns), human_count(costs.calls),
                      place(function->key, function->key.line), code_span(function->key.name)});
    }
    return fmt::format("\n#### Calls\n\n**{} calls in {}**, by the functions' own time.\n\n",
                       human_count(graph.total_calls()), human_time(graph.total_ns)) +
           markdown_table({"Own time", "%", "With calls", "Calls", "Place", "Function"}, "rrrrll", rows) +
           left_out(left, "function");
  }

  [[nodiscard]] std::string allocations(const AllocSites& alloc) const {
    const auto [first, left] = first_by(alloc.sites, style_, [](const AllocSites::Site& s) { return s.peak_bytes; });
    std::vector<Cells> rows;
    for (const AllocSites::Site* site : first) {
      const std::string code = code_at(recording_, site->key.file, site->key.line);
      rows.push_back({human_bytes(site->peak_bytes),
                      percent(share(static_cast<std::int64_t>(site->peak_bytes), alloc.peak_bytes())),
                      human_bytes(site->live_bytes), human_bytes(site->total_bytes), human_count(site->total_count),
                      place(site->key, site->key.line), code_span(code.empty() ? site->key.name : code)});
    }
    return fmt::format("\n#### Memory\n\n**{} at the peak**, {} at the end.\n\n", human_bytes(alloc.peak_bytes()),
                       human_bytes(alloc.live_bytes())) +
           markdown_table({"At the peak", "%", "At the end", "In all", "Blocks", "Place", "Line"}, "rrrrrll", rows) +
           left_out(left, "place");
  }

  [[nodiscard]] std::string statements(const TimeitStatements& timeit) const {
    const TimeitTime time{style_.unit, style_.verbose};
    const auto range = [](const std::optional<Interval>& interval, auto&& written) {
      return interval ? fmt::format("{} - {}", written(interval->low), written(interval->high)) : std::string();
    };
    const auto ratio = [](double value) { return fmt::format("{:.2f}", value); };
    const TimeitRanking ranking = ranked(timeit);
    std::vector<Cells> rows;
    for (const TimeitRank& rank : ranking.ranks) {
      const TimeitStatements::Statement& statement = timeit.statements[rank.statement];
      const TimeitFigures figures = figures_of(statement);
      rows.push_back({ratio(rank.ratio), range(rank.interval, ratio), time.text(figures.best),
                      time.text(figures.best_without_loop()), time.text(figures.median),
                      range(figures.interval, [&](double ns) { return time.text(ns); }),
                      fmt::format("{} x {}", figures.repeats.size(), human_count(statement.loops)),
                      code_span(statement.stmt)});
    }
    return fmt::format("\n#### Timed statements\n\nThe fastest first{}; intervals are {:.0f} % sure.\n\n",
                       ranking.loop_within ? "" : ", ratios without the loop", 100 * kConfidence) +
           markdown_table({"Ratio", "from - to", "Best", "Without loop", "Median", "from - to", "Repeats", "Statement"},
                          "rrrrrrrl", rows);
  }

  const Recording& recording_;
  ReportStyle style_;
};

class MarkdownReporter final : public Reporter {
 public:
  explicit MarkdownReporter(ReportStyle style) : style_(std::move(style)) {}
  void write(const Recording& recording, Output& output) const override {
    output.write(MarkdownText(recording, style_).text());
  }

 private:
  ReportStyle style_;
};

}  // namespace

std::unique_ptr<Reporter> make_markdown_reporter(const ReportStyle& style) {
  return std::make_unique<MarkdownReporter>(style);
}

}  // namespace pyharness
