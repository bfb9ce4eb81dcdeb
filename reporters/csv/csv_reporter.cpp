#include "reporters/csv/csv_reporter.h"

#include <algorithm>
#include <initializer_list>

#include "harness/base/error.h"
#include "reporters/csv/csv_table.h"

namespace pyharness {
namespace {

void add_row(CsvTable& csv, std::initializer_list<std::string_view> cells) {
  for (const std::string_view cell : cells) csv.cell(cell);
  csv.end_row();
}

void add_source(CsvTable& csv, const Recording& recording, const FunctionKey& key, std::uint32_t line) {
  const std::string* text = recording.source_line(key.file, line);
  csv.cell(text == nullptr ? std::string_view() : std::string_view(*text));
}

void add_table(CsvTable& csv, const Recording& recording, const LineTable& table) {
  const bool threads = std::any_of(table.functions.begin(), table.functions.end(),
                                   [](const LineTable::Function& function) { return function.thread.has_value(); });
  for (const std::string_view name : {"file", "line", "function", "function_line"}) csv.cell(name);
  if (threads) csv.cell(std::string_view("thread"));
  for (const Column& column : table.columns) csv.cell(std::string_view(column.name));
  add_row(csv, {"source"});
  for (const LineTable::Function& function : table.functions) {
    for (const LineTable::Row& row : function.rows) {
      csv.cell(std::string_view(function.key.file));
      csv.cell(row.line);
      csv.cell(std::string_view(function.key.name));
      csv.cell(function.key.line);
      if (threads) csv.cell(function.thread);
      for (const std::int64_t value : row.values) csv.cell(value);
      add_source(csv, recording, function.key, row.line);
      csv.end_row();
    }
  }
}

void add_key(CsvTable& csv, const FunctionKey& key) {
  csv.cell(std::string_view(key.file));
  csv.cell(key.line);
  csv.cell(std::string_view(key.name));
}

void add_table(CsvTable& csv, const Recording&, const CallGraph& graph) {
  add_row(csv, {"file", "line", "function", "calls", "primitive_calls", "self_ns", "cumulative_ns"});
  for (const CallGraph::Function& function : graph.functions) {
    add_key(csv, function.key);
    csv.cell(function.costs.calls);
    csv.cell(function.costs.primitive_calls);
    csv.cell(function.costs.self_ns);
    csv.cell(function.costs.cumulative_ns);
    csv.end_row();
  }
}

void add_table(CsvTable& csv, const Recording& recording, const AllocSites& alloc) {
  add_row(csv, {"file", "line", "function", "peak_bytes", "peak_count", "live_bytes", "live_count", "total_bytes",
                "total_count", "temporary_count", "source"});
  for (const AllocSites::Site& site : alloc.sites) {
    add_key(csv, site.key);
    for (const std::uint64_t figure : {site.peak_bytes, site.peak_count, site.live_bytes, site.live_count,
                                       site.total_bytes, site.total_count, site.temporary_count})
      csv.cell(figure);
    add_source(csv, recording, site.key, site.key.line);
    csv.end_row();
  }
}

void add_table(CsvTable& csv, const Recording&, const TimerRuns& timer) {
  add_row(csv, {"run", "code_wall_ns", "wall_ns", "user_ns", "system_ns", "peak_rss_bytes", "minor_faults",
                "major_faults", "voluntary_switches", "involuntary_switches", "collections", "collections_pause_ns",
                "collections_longest_ns", "failed"});
  std::size_t number = 0;
  for (const TimerRuns::Run& run : timer.runs) {
    csv.cell(++number);
    csv.cell(run.code_wall_ns);
    for (const std::uint64_t figure :
         {run.wall_ns, run.user_ns, run.system_ns, run.peak_rss_bytes, run.minor_faults, run.major_faults,
          run.voluntary_switches, run.involuntary_switches, run.collections.count, run.collections.pause_ns,
          run.collections.longest_ns, std::uint64_t{run.failed}})
      csv.cell(figure);
    csv.end_row();
  }
  if (timer.timers.empty()) return;
  csv.end_row();
  add_row(csv, {"timer", "count", "total_ns", "min_ns", "median_ns", "p99_ns", "max_ns", "cost_ps"});
  for (const NamedTimer& one : timer.timers) {
    csv.cell(std::string_view(one.name));
    for (const std::uint64_t figure :
         {one.count, one.total_ns, one.min_ns, one.median_ns(), one.p99_ns(), one.max_ns, one.cost_ps})
      csv.cell(figure);
    csv.end_row();
  }
}

void add_table(CsvTable& csv, const Recording&, const TimeitStatements& timeit) {
  add_row(csv, {"statement", "setup", "process", "repeat", "loops", "total_ns", "loop_cost_ns"});
  for (const TimeitStatements::Statement& statement : timeit.statements) {
    auto total = statement.totals_ns.begin();
    for (std::size_t process = 0; process < statement.processes.size(); ++process) {
      for (std::uint64_t repeat = 0; repeat < statement.processes[process]; ++repeat) {
        csv.cell(std::string_view(statement.stmt));
        csv.cell(std::string_view(statement.setup));
        for (const std::uint64_t figure :
             {std::uint64_t{process + 1}, repeat + 1, statement.loops, *total, statement.loop_cost_ns})
          csv.cell(figure);
        csv.end_row();
        ++total;
      }
    }
  }
}

/// Adds the section's table, if it is there, below those before it.
template <class Shape>
void add_section(CsvTable& csv, const Recording& recording, std::string_view name) {
  const auto* data = recording.find<Shape>(name);
  if (data == nullptr) return;
  if (!csv.text().empty()) csv.end_row();
  add_table(csv, recording, *data);
}

class CsvReporter final : public Reporter {
 public:
  void write(const Recording& recording, Output& output) const override {
    CsvTable csv;
    add_section<LineTable>(csv, recording, "line");
    add_section<CallGraph>(csv, recording, "profile");
    add_section<AllocSites>(csv, recording, "alloc");
    add_section<TimeitStatements>(csv, recording, "timeit");
    const auto* timer = recording.find<TimerRuns>("timer");
    if (csv.text().empty() || (timer != nullptr && !timer->timers.empty()))
      add_section<TimerRuns>(csv, recording, "timer");
    if (csv.text().empty()) throw Failure("the recording has nothing for a table. Record with --mode=line.");
    output.write(csv.text());
  }
};

}  // namespace

std::unique_ptr<Reporter> make_csv_reporter(const ReportStyle&) { return std::make_unique<CsvReporter>(); }

}  // namespace pyharness
