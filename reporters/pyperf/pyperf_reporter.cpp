#include "reporters/pyperf/pyperf_reporter.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "harness/base/error.h"

namespace pyharness {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kNanoseconds = 1e9;  // in a second

// "2026-01-02T03:04:05.000006Z" as pyperf has it; nothing where it is no such thing.
std::string date_of(const std::string& started_at) {
  constexpr std::size_t kLength = 26;
  if (started_at.size() != kLength + 1 || started_at[10] != 'T') return {};
  std::string date = started_at.substr(0, kLength);
  date[10] = ' ';
  return date;
}

/// Names are what pyperf tells benchmarks apart by.
class Names {
 public:
  std::string unique(const std::string& wanted) {
    const unsigned count = ++seen_[wanted];
    return count == 1 ? wanted : unique(fmt::format("{} ({})", wanted, count));
  }

 private:
  std::map<std::string, unsigned> seen_;
};

Json metadata_of(const RunInfo& run) {
  Json metadata{
      {"unit", "second"}, {"python_version", run.python_version}, {"python_executable", run.python_executable}};
  metadata["python_implementation"] = "cpython";
  if (!run.host_cpu.empty()) metadata["cpu_model_name"] = run.host_cpu;
  if (run.host_cores != 0) metadata["cpu_count"] = run.host_cores;
  if (run.hash_seed) metadata["python_hash_seed"] = *run.hash_seed;
  return metadata;
}

Json run_of(Json values, const std::string& date) {
  Json run{{"metadata", Json::object()}, {"values", std::move(values)}};
  if (!date.empty()) run["metadata"]["date"] = date;
  return run;
}

// pyperf refuses times of nothing.
void add_value(Json& values, double seconds) {
  if (seconds > 0) values.push_back(seconds);
}

void add_benchmark(Json& benchmarks, Json metadata, Json runs) {
  if (!runs.empty()) benchmarks.push_back({{"metadata", std::move(metadata)}, {"runs", std::move(runs)}});
}

void add_statements(Json& benchmarks, const TimeitStatements& timeit, const std::string& date) {
  Names names;
  for (const TimeitStatements::Statement& statement : timeit.statements) {
    Json runs = Json::array();
    auto total = statement.totals_ns.begin();
    for (const std::uint64_t count : statement.processes) {
      Json values = Json::array();
      for (std::uint64_t i = 0; i < count; ++i)
        add_value(values, static_cast<double>(*total++) / static_cast<double>(statement.loops) / kNanoseconds);
      if (!values.empty()) runs.push_back(run_of(std::move(values), date));
    }
    const bool cpu = timeit.clock == TimeitStatements::Clock::kCpu;
    add_benchmark(benchmarks,
                  {{"name", names.unique(statement.stmt)},
                   {"loops", statement.loops},
                   {"timeit_stmt", statement.stmt},
                   {"timeit_setup", statement.setup},
                   {"timer", cpu ? "process_time" : "perf_counter"}},
                  std::move(runs));
  }
}

void add_runs(Json& benchmarks, const TimerRuns& timer, const RunInfo& run, const std::string& date) {
  Json runs = Json::array();
  for (const TimerRuns::Run& one : timer.good_runs()) {
    Json values = Json::array();
    add_value(values, static_cast<double>(one.code_wall_ns.value_or(one.wall_ns)) / kNanoseconds);
    if (!values.empty()) runs.push_back(run_of(std::move(values), date));
  }
  add_benchmark(benchmarks, {{"name", run.target}, {"loops", 1}}, std::move(runs));
}

class PyperfReporter final : public Reporter {
 public:
  void write(const Recording& recording, Output& output) const override {
    const std::string date = date_of(recording.run.started_at);
    Json benchmarks = Json::array();
    if (const auto* timeit = recording.find<TimeitStatements>("timeit")) {
      add_statements(benchmarks, *timeit, date);
    } else if (const auto* timer = recording.find<TimerRuns>("timer")) {
      add_runs(benchmarks, *timer, recording.run, date);
    }
    if (benchmarks.empty())
      throw Failure("the recording has no times. Record with `pyharness timeit` or --mode=timer.");
    const Json file{
        {"version", "1.0"}, {"metadata", metadata_of(recording.run)}, {"benchmarks", std::move(benchmarks)}};
    output.write(file.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
  }
};

}  // namespace

std::unique_ptr<Reporter> make_pyperf_reporter(const ReportStyle&) { return std::make_unique<PyperfReporter>(); }

}  // namespace pyharness
