#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "harness/record/recording.h"

namespace pyharness::testing {

/// Hand-made recordings: a plain run of /work/app.py that can be changed step by step.
class RecordingBuilder {
 public:
  RecordingBuilder() {
    RunInfo& run = recording_.run;
    run.argv = {"/usr/bin/python3.11", "app.py", "--fast"};
    run.target = "app.py";
    run.root = "/work";
    run.python_version = "3.11.2";
    run.python_executable = "/usr/bin/python3.11";
    run.ending.exit_status = 0;
    run.started_at = "2026-01-02T03:04:05.000006Z";
    run.wall_ns = 1'234'567'890;
    run.code_wall_ns = 1'200'000'000;
    run.self = {1'100'000'000, 50'000'000};
    run.peak_rss_bytes = 12'345'678;
    run.host_cpu = "Test CPU";
    run.host_cores = 2;
    run.host_kernel = "6.1";
    run.clock_source = "tsc";
    run.clock_ticks_per_second = 2'000'000'000;
    run.processes = {{100, 99, ProcessInfo::Start::kRun, ProcessInfo::State::kGone, run.argv, run.ending}};
  }

  RecordingBuilder& target(std::string text) {
    return with([&](RunInfo& run) { run.target = std::move(text); });
  }
  RecordingBuilder& exit_status(int status) {
    return with([&](RunInfo& run) { run.ending = {status, {}}; });
  }
  RecordingBuilder& signal(int number) {
    return with([&](RunInfo& run) { run.ending = {{}, number}; });
  }
  RecordingBuilder& still_runs() {
    return with([&](RunInfo& run) { run.ending = {}; });
  }
  RecordingBuilder& loss(const std::string& what, std::uint64_t count) {
    return with([&](RunInfo& run) { run.losses[what] = count; });
  }
  RecordingBuilder& note(std::string text) {
    return with([&](RunInfo& run) { run.notes.push_back(std::move(text)); });
  }
  RecordingBuilder& process(std::int64_t pid, std::int64_t parent) {
    return with([&](RunInfo& run) { run.processes.push_back({pid, parent, ProcessInfo::Start::kFork, {}, {}, {}}); });
  }

  RecordingBuilder& process(ProcessInfo process) {
    return with([&](RunInfo& run) { run.processes.push_back(std::move(process)); });
  }

  /// A file's text, its lines numbered from 1.
  RecordingBuilder& source(const std::string& file, const std::vector<std::string>& lines) {
    SourceFile source{file, "0123abcd", {}};
    for (std::size_t i = 0; i < lines.size(); ++i) source.lines.emplace(static_cast<std::uint32_t>(i + 1), lines[i]);
    const auto behind = std::find_if(recording_.sources.begin(), recording_.sources.end(),
                                     [&](const SourceFile& other) { return other.file > file; });
    recording_.sources.insert(behind, std::move(source));
    return *this;
  }

  /// A function of the line table; rows as {line, {hits, time_ns}}.
  RecordingBuilder& function(FunctionKey key, std::uint32_t last_line, std::uint64_t total_ns,
                             std::vector<LineTable::Row> rows) {
    lines().functions.push_back({std::move(key), last_line, "trace", total_ns, std::move(rows)});
    return *this;
  }
  /// Of the function that came last: its thread, and its corrected total.
  RecordingBuilder& on_thread(std::uint64_t thread) {
    lines().functions.back().thread = thread;
    return *this;
  }
  RecordingBuilder& corrected(std::uint64_t ns) {
    lines().functions.back().corrected_ns = ns;
    return *this;
  }
  /// Gives the line table an optional column; the rows that come then have its figure too.
  RecordingBuilder& optional_column(std::string_view name) {
    for (const Column& column : optional_line_table_columns("line")) {
      if (column.name == name) lines().columns.push_back(column);
    }
    return *this;
  }
  /// The line table, as it is; made where it is not there yet.
  RecordingBuilder& no_function() {
    lines();
    return *this;
  }

  RecordingBuilder& timer_run(std::uint64_t code_wall_ns, std::uint64_t wall_ns = 0) {
    TimerRuns::Run run;
    run.code_wall_ns = code_wall_ns;
    run.wall_ns = wall_ns == 0 ? code_wall_ns + 20'000'000 : wall_ns;
    run.user_ns = code_wall_ns / 10 * 9;
    run.system_ns = code_wall_ns / 50;
    run.peak_rss_bytes = 12'345'678;
    run.minor_faults = 1234;
    run.voluntary_switches = 5;
    run.involuntary_switches = 67;
    run.collections = {3, 450'000, 200'000};
    section<TimerRuns>("timer", {}).runs.push_back(run);
    return *this;
  }

  /// A named timer whose calls took these times.
  RecordingBuilder& named_timer(const std::string& name, const std::vector<std::uint64_t>& times_ns) {
    NamedTimer timer;
    timer.name = name;
    timer.count = times_ns.size();
    timer.min_ns = *std::min_element(times_ns.begin(), times_ns.end());
    timer.max_ns = *std::max_element(times_ns.begin(), times_ns.end());
    for (const std::uint64_t time : times_ns) {
      timer.total_ns += time;
      ++timer.histogram[bucket_of(time)];
    }
    section<TimerRuns>("timer", {}).timers.push_back(std::move(timer));
    return *this;
  }

  RecordingBuilder& statement(TimeitStatements::Statement statement) {
    section<TimeitStatements>("timeit", {}).statements.push_back(std::move(statement));
    return *this;
  }

  RecordingBuilder& calls(CallGraph graph) {
    section<CallGraph>("profile", {}) = std::move(graph);
    return *this;
  }
  RecordingBuilder& stacks(StackProfile profile) {
    section<StackProfile>("sample", {}) = std::move(profile);
    return *this;
  }

  RecordingBuilder& alloc(AllocSites sites) {
    section<AllocSites>("alloc", {}) = std::move(sites);
    return *this;
  }

  RecordingBuilder& timeit(TimeitStatements statements) {
    section<TimeitStatements>("timeit", {}) = std::move(statements);
    return *this;
  }

  RecordingBuilder& with(const auto& change) {
    change(recording_.run);
    return *this;
  }

  [[nodiscard]] Recording build() const { return recording_; }

 private:
  LineTable& lines() { return section<LineTable>("line", LineTable{line_table_columns("line"), {}}); }

  template <class T>
  T& section(const std::string& name, T fresh) {
    for (Section& section : recording_.sections) {
      if (section.name == name) return std::get<T>(section.data);
    }
    recording_.run.modes.push_back(name);
    recording_.sections.push_back({name, std::move(fresh)});
    return std::get<T>(recording_.sections.back().data);
  }

  Recording recording_;
};

}  // namespace pyharness::testing
