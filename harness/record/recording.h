#pragma once

// The recording: what a run collected, as plain data. The only thing a reporter ever sees. Fields, units and
// invariants: docs/recording.md; as JSON: record/json.h. Times are integer nanoseconds, sizes bytes; absent is
// std::nullopt or an empty list.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/record/log_histogram.h"
#include "harness/record/timeit_statements.h"

namespace pyharness {

enum class Unit { kCount, kNanoseconds, kPicoseconds, kBytes };
/// How figures of the same thing come together when recordings (threads, children, repeats, shards) are merged.
enum class MergeRule { kAdd, kMaximum };

struct Column {
  std::string name;  // as in the JSON: "hits", "time_ns"
  Unit unit = Unit::kCount;
  MergeRule merge = MergeRule::kAdd;
  bool optional = false;  // not every recording has it
  bool operator==(const Column&) const = default;
};

/// Which function, in any section.
struct FunctionKey {
  std::string file;  // absolute, or a label as "<string>"
  std::uint32_t line = 0;
  std::string name;                                      // qualified
  auto operator<=>(const FunctionKey&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14 sees a 0 in it
};

// --- shapes: the kinds of data a section can hold

/// Figures by source line, for line and memory. Every row has one value per column: an optional one is there for all
/// rows, or not at all.
struct LineTable {
  struct Row {
    std::uint32_t line = 0;
    std::vector<std::int64_t> values;
  };
  struct Function {
    FunctionKey key;
    std::uint32_t last_line = 0;
    std::string engine;  // which mechanism watched it
    std::optional<std::uint64_t> total_ns;
    std::vector<Row> rows;                        // by line
    bool marked = false;                          // decorated with @profile
    std::optional<std::uint64_t> thread{};        // native id, where each thread's figures stand apart
    std::optional<std::uint64_t> corrected_ns{};  // total_ns without what the hooks took within it
  };
  std::vector<Column> columns;
  std::vector<Function> functions;  // by key, then thread

  /// Index of a column; throws std::out_of_range where there is none.
  [[nodiscard]] std::size_t column(std::string_view name) const;
  /// The same of one that may be missing.
  [[nodiscard]] std::optional<std::size_t> find_column(std::string_view name) const;
};

/// The columns that every line table in section `name` ("line") has, in their order; empty where that section is no
/// line table.
std::vector<Column> line_table_columns(std::string_view name);
/// Those that it may have behind them, in their order: "own_ns", the line without calls of other watched functions, and
/// "corrected_ns", time_ns without what the hooks took within it.
std::vector<Column> optional_line_table_columns(std::string_view name);

/// How long the calls of a function, or the runs of a block, took that are timed by name (--time, pyharness.timer).
struct NamedTimer {
  std::string name;
  std::uint64_t count = 0;
  std::uint64_t total_ns = 0;
  std::uint64_t min_ns = 0;
  std::uint64_t max_ns = 0;
  /// What measuring itself puts into each of these times, as far as it is known: in them, not taken off.
  std::uint64_t cost_ps = 0;
  LogHistogram histogram{};  // of nanoseconds
  /// The figures of one run.
  struct OfRun {
    std::uint64_t count = 0;
    std::uint64_t total_ns = 0;
    std::uint64_t min_ns = 0;
    std::uint64_t median_ns = 0;
    std::uint64_t p99_ns = 0;
    std::uint64_t max_ns = 0;
    bool operator==(const OfRun&) const = default;
  };
  /// Of each run that called it, in their order, where several were merged: what tells a change from noise.
  std::vector<OfRun> runs{};

  /// The whole as that of one run.
  [[nodiscard]] OfRun as_run() const { return {count, total_ns, min_ns, median_ns(), p99_ns(), max_ns}; }
  /// From the histogram: within 1.6 %, since what was counted in ticks is counted in nanoseconds again.
  [[nodiscard]] std::uint64_t median_ns() const { return quantile_ns(0.5); }
  [[nodiscard]] std::uint64_t p99_ns() const { return quantile_ns(0.99); }

 private:
  [[nodiscard]] std::uint64_t quantile_ns(double share) const;
};

/// Figures of whole runs.
struct TimerRuns {
  struct Collections {
    std::uint64_t count = 0;
    std::uint64_t pause_ns = 0;
    std::uint64_t longest_ns = 0;
  };
  struct Run {
    std::uint64_t wall_ns = 0;
    std::optional<std::uint64_t> code_wall_ns;
    std::uint64_t user_ns = 0;
    std::uint64_t system_ns = 0;
    std::uint64_t peak_rss_bytes = 0;
    std::uint64_t minor_faults = 0;
    std::uint64_t major_faults = 0;
    std::uint64_t voluntary_switches = 0;
    std::uint64_t involuntary_switches = 0;
    Collections collections;
    bool failed = false;  // Ending::failed()
  };
  std::vector<Run> runs;
  std::vector<NamedTimer> timers;  // by name, each once; of all runs together

  /// Those that did not fail, or all where none is left: what figures over runs are of.
  [[nodiscard]] std::vector<Run> good_runs() const;
  /// Of code_wall_ns over the good runs that have it; absent where none has.
  [[nodiscard]] std::optional<std::uint64_t> min_ns() const;
  [[nodiscard]] std::optional<std::uint64_t> median_ns() const;
};

/// What calls cost: of one function, or of one function as called by another.
struct CallCosts {
  std::uint64_t calls = 0;
  std::uint64_t primitive_calls = 0;  // those that are not recursive
  std::uint64_t self_ns = 0;
  std::uint64_t cumulative_ns = 0;  // with callees; recursion counts once
};

/// Who calls whom, how often and for how long.
struct CallGraph {
  struct Function {
    FunctionKey key;  // a C function has the file "~" and line 0
    CallCosts costs;
  };
  struct Edge {
    std::uint32_t caller = 0;  // index into functions
    std::uint32_t callee = 0;
    CallCosts costs;
  };
  std::uint64_t total_ns = 0;
  std::vector<Function> functions;
  std::vector<Edge> edges;  // each pair once; a function that nobody calls has none

  [[nodiscard]] std::uint64_t total_calls() const;
  [[nodiscard]] std::uint64_t primitive_calls() const;
};

/// How often which stack was seen.
struct StackProfile {
  struct Stack {
    std::vector<std::uint32_t> frames;  // index into frames, root first
    std::string thread;
    std::string state;
    std::uint64_t count = 0;
    std::uint64_t weight_ns = 0;
  };
  std::uint64_t interval_ns = 0;
  std::uint64_t samples = 0;
  std::uint64_t lost = 0;
  std::vector<FunctionKey> frames;  // the line is where the frame stood
  std::vector<Stack> stacks;        // each once
};

/// Memory by the source line that allocated it. The figures of all sites together are those of the program.
struct AllocSites {
  struct Site {
    FunctionKey key;  // the line is where it was allocated; what no source line did has the file "~" and line 0
    std::uint64_t live_bytes = 0;  // when the program's code was over, or it died
    std::uint64_t live_count = 0;  // blocks
    std::uint64_t total_bytes = 0;
    std::uint64_t total_count = 0;
    std::uint64_t peak_bytes = 0;  // live when the program as a whole held the most
    std::uint64_t peak_count = 0;
    std::uint64_t temporary_count = 0;  // freed before the site's next block was asked for
    bool operator==(const Site&) const = default;
  };
  std::vector<Site> sites;  // by key

  [[nodiscard]] std::uint64_t peak_bytes() const { return sum_of(&Site::peak_bytes); }
  [[nodiscard]] std::uint64_t live_bytes() const { return sum_of(&Site::live_bytes); }
  [[nodiscard]] std::uint64_t total_bytes() const { return sum_of(&Site::total_bytes); }
  [[nodiscard]] std::uint64_t total_count() const { return sum_of(&Site::total_count); }
  /// One figure of all sites.
  [[nodiscard]] std::uint64_t sum_of(std::uint64_t Site::*figure) const;
};

using Shape = std::variant<TimerRuns, LineTable, CallGraph, StackProfile, AllocSites, TimeitStatements>;

/// One profiler's result.
struct Section {
  std::string name;  // "timer", "line": the word after --mode=; "timeit"
  Shape data;
};

// --- what surrounds them

/// How a process ended: one of the two, or neither while it runs.
struct Ending {
  std::optional<int> exit_status;
  std::optional<int> signal;
  bool unknown = false;  // it has ended, and nobody who knows how is left to tell

  /// Ended by a signal, or with another status than 0.
  [[nodiscard]] bool failed() const { return signal.has_value() || exit_status.value_or(0) != 0; }
};

struct CpuTimes {
  std::uint64_t user_ns = 0;
  std::uint64_t system_ns = 0;
};

struct ProcessInfo {
  /// How it came to be: started by pyharness, forked from `parent`, or a Python that `parent` started, or became.
  enum class Start { kRun, kFork, kExec };
  /// What it was when the recording was made. Of one that is gone without an ending, nobody was told.
  enum class State { kGone, kRunning, kReplaced };  // the last: by another program, through exec
  std::int64_t pid = 0;
  std::int64_t parent = 0;
  Start start = Start::kRun;
  State state = State::kGone;
  std::vector<std::string> argv;  // empty where it was forked
  Ending ending;
};

/// Runs of the program without hooks (--verify), added up where recordings are merged.
struct VerifiedRuns {
  std::uint64_t runs = 1;
  std::uint64_t wall_ns = 0;
  std::optional<std::uint64_t> code_wall_ns;
  CpuTimes cpu;  // without children
};

/// What a kind of hook cost, as calibrated on this machine.
struct EventCost {
  std::uint64_t count = 0;
  std::uint64_t cost_ps = 0;   // of one
  std::uint64_t error_ps = 0;  // the true cost lies this far from it at the most
  bool operator==(const EventCost&) const = default;
};

/// By kind of event: "line", "call". In plans their count is not in use.
using EventCosts = std::map<std::string, EventCost>;

/// What the hooks took of the program's time, all threads and processes together.
struct Overhead {
  EventCosts kinds;
  std::uint64_t total_ns = 0;
  std::uint64_t error_ns = 0;  // of total_ns, as error_ps

  [[nodiscard]] std::uint64_t events() const;
  bool operator==(const Overhead&) const = default;
};

/// One of the recordings that were merged into one.
struct MergedRecording {
  std::string file;  // as it was named
  std::vector<std::string> argv;
  std::string started_at;
  std::string host_cpu;
  std::uint64_t runs = 1;
  std::string target{};  // this and the next two as in RunInfo; empty in recordings of version 0.1.0 and before
  std::string python_version{};
  std::vector<std::string> modes{};
  bool operator==(const MergedRecording&) const = default;
};

/// What makes these hard to add up: sentences for people.
std::vector<std::string> doubts_about(const std::vector<MergedRecording>& parts);

struct RunInfo {
  std::vector<std::string> argv;  // of the program, as python saw it
  std::string target;             // "script.py", "-m module", "-c", "-"
  std::string root;               // directory of the program's own code
  std::vector<std::string> modes;
  std::string python_version;
  std::string python_executable;
  Ending ending;
  std::string started_at;  // ISO 8601, UTC
  std::uint64_t wall_ns = 0;
  std::optional<std::uint64_t> code_wall_ns;
  CpuTimes self;
  CpuTimes children;
  std::uint64_t peak_rss_bytes = 0;
  std::optional<std::string> hash_seed;  // PYTHONHASHSEED as given
  std::string host_cpu;
  std::uint64_t host_cores = 0;
  std::string host_kernel;
  std::string clock_source;
  std::uint64_t clock_ticks_per_second = 0;
  std::optional<Overhead> overhead;  // absent where it was not measured
  std::vector<ProcessInfo> processes;
  std::optional<VerifiedRuns> verified;
  /// The same in two recordings whose runs took turns: run i of one is to be compared with run i of the other.
  std::optional<std::string> turns;
  bool forks = false;  // the runs are forks of a process that had started and imported (--isolate=fork)
  std::map<std::string, std::uint64_t> losses;
  std::vector<MergedRecording> merged_from;  // empty where this is what one command recorded
  std::vector<std::string> notes;  // sentences for the reader: what skews these figures, what was widened or left out
};

/// Source text of watched code, so that a report can be made anywhere and later.
struct SourceFile {
  std::string file;
  std::string sha256;
  std::map<std::uint32_t, std::string> lines;
};

struct Recording {
  RunInfo run;
  std::vector<SourceFile> sources;  // by file, each once
  std::vector<Section> sections;

  [[nodiscard]] const Section* section(std::string_view name) const;
  /// The section's data in this shape, or null.
  template <class T>
  [[nodiscard]] const T* find(std::string_view name) const {
    const Section* found = section(name);
    return found == nullptr ? nullptr : std::get_if<T>(&found->data);
  }
  /// The source of a file, or null.
  [[nodiscard]] const SourceFile* source(const std::string& file) const;
  /// The text of a source line, or null.
  [[nodiscard]] const std::string* source_line(const std::string& file, std::uint32_t line) const;
};

/// Of a recording that may be several runs merged.
std::size_t number_of_runs(const Recording& recording);
/// Of those the runs that recorded this section.
std::size_t number_of_runs(const Recording& recording, std::string_view section);

}  // namespace pyharness
