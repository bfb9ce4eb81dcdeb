#include <nlohmann/json.hpp>

#include "harness/record/json.h"
#include "harness/record/json_timeit.h"

namespace pyharness {
namespace {

using Json = nlohmann::ordered_json;

void put(Json& into, const Ending& ending) {
  if (ending.exit_status) into["exit_status"] = *ending.exit_status;
  if (ending.signal) into["signal"] = *ending.signal;
  if (ending.unknown) into["ending_unknown"] = true;
}

Json to_value(const CpuTimes& times) { return {{"user_ns", times.user_ns}, {"system_ns", times.system_ns}}; }

std::string_view name_of(ProcessInfo::Start start) {
  switch (start) {
    case ProcessInfo::Start::kRun:
      break;
    case ProcessInfo::Start::kFork:
      return "fork";
    case ProcessInfo::Start::kExec:
      return "exec";
  }
  return "run";
}

Json to_value(const ProcessInfo& process) {
  Json value{{"pid", process.pid}, {"parent", process.parent}, {"start", name_of(process.start)}};
  if (!process.argv.empty()) value["argv"] = process.argv;
  put(value, process.ending);
  if (process.state == ProcessInfo::State::kRunning) value["running"] = true;
  if (process.state == ProcessInfo::State::kReplaced) value["replaced"] = true;
  return value;
}

Json to_value(const VerifiedRuns& verified) {
  Json value{{"runs", verified.runs}, {"wall_ns", verified.wall_ns}};
  if (verified.code_wall_ns) value["code_wall_ns"] = *verified.code_wall_ns;
  value.update(to_value(verified.cpu));
  return value;
}

Json to_value(const Overhead& overhead) {
  Json value = Json::object();
  for (const auto& [kind, cost] : overhead.kinds)
    value[kind] = {{"count", cost.count}, {"cost_ps", cost.cost_ps}, {"error_ps", cost.error_ps}};
  value["total_ns"] = overhead.total_ns;
  value["error_ns"] = overhead.error_ns;
  return value;
}

Json to_value(const MergedRecording& part) {
  Json value{{"file", part.file},
             {"argv", part.argv},
             {"started_at", part.started_at},
             {"host", {{"cpu", part.host_cpu}}},
             {"runs", part.runs}};
  if (!part.target.empty()) value["target"] = part.target;
  if (!part.python_version.empty()) value["python"] = {{"version", part.python_version}};
  if (!part.modes.empty()) value["modes"] = part.modes;
  return value;
}

Json to_value(const RunInfo& run) {
  Json value{{"argv", run.argv},
             {"target", run.target},
             {"root", run.root},
             {"modes", run.modes},
             {"python", {{"version", run.python_version}, {"executable", run.python_executable}}}};
  put(value, run.ending);
  value["started_at"] = run.started_at;
  value["wall_ns"] = run.wall_ns;
  if (run.code_wall_ns) value["code_wall_ns"] = *run.code_wall_ns;
  value.update(to_value(run.self));
  value["children"] = to_value(run.children);
  value["peak_rss_bytes"] = run.peak_rss_bytes;
  if (run.hash_seed) value["hash_seed"] = *run.hash_seed;
  value["host"] = {{"cpu", run.host_cpu}, {"cores", run.host_cores}, {"kernel", run.host_kernel}};
  value["clock"] = {{"source", run.clock_source}, {"ticks_per_second", run.clock_ticks_per_second}};
  if (run.overhead) value["overhead"] = to_value(*run.overhead);
  value["processes"] = Json::array();
  for (const ProcessInfo& process : run.processes) value["processes"].push_back(to_value(process));
  if (run.verified) value["verified"] = to_value(*run.verified);
  if (run.turns) value["turns"] = *run.turns;
  if (run.forks) value["forks"] = true;
  value["losses"] = Json::object();
  for (const auto& [what, count] : run.losses) value["losses"][what] = count;
  for (const MergedRecording& part : run.merged_from) value["merged_from"].push_back(to_value(part));
  if (!run.notes.empty()) value["notes"] = run.notes;
  return value;
}

Json to_value(const SourceFile& source) {
  Json lines = Json::object();
  // Appended as they are: operator[] of an ordered object looks through all names before.
  auto& members = lines.get_ref<Json::object_t&>();
  for (const auto& [number, text] : source.lines) members.push_back({std::to_string(number), text});
  return {{"file", source.file}, {"sha256", source.sha256}, {"lines", std::move(lines)}};
}

Json to_value(const NamedTimer::OfRun& run) {
  return {{"count", run.count},         {"total_ns", run.total_ns}, {"min_ns", run.min_ns},
          {"median_ns", run.median_ns}, {"p99_ns", run.p99_ns},     {"max_ns", run.max_ns}};
}

Json to_value(const NamedTimer& timer) {
  Json histogram = Json::array();
  for (const auto& [bucket, count] : timer.histogram) histogram.push_back(Json::array({bucket, count}));
  Json value{{"name", timer.name}};
  value.update(to_value(timer.as_run()));
  value["cost_ps"] = timer.cost_ps;
  value["histogram"] = std::move(histogram);
  if (!timer.runs.empty()) value["runs"] = Json::array();
  for (const NamedTimer::OfRun& run : timer.runs) value["runs"].push_back(to_value(run));
  return value;
}

Json to_value(const TimerRuns& timer) {
  Json runs = Json::array();
  for (const TimerRuns::Run& run : timer.runs) {
    Json value{{"wall_ns", run.wall_ns}};
    if (run.code_wall_ns) value["code_wall_ns"] = *run.code_wall_ns;
    value["user_ns"] = run.user_ns;
    value["system_ns"] = run.system_ns;
    value["peak_rss_bytes"] = run.peak_rss_bytes;
    value["minor_faults"] = run.minor_faults;
    value["major_faults"] = run.major_faults;
    value["voluntary_switches"] = run.voluntary_switches;
    value["involuntary_switches"] = run.involuntary_switches;
    value["collections"] = {{"count", run.collections.count},
                            {"pause_ns", run.collections.pause_ns},
                            {"longest_ns", run.collections.longest_ns}};
    if (run.failed) value["failed"] = true;
    runs.push_back(std::move(value));
  }
  Json value{{"runs", std::move(runs)}};
  if (const auto least = timer.min_ns()) value["min_ns"] = *least;
  if (const auto median = timer.median_ns()) value["median_ns"] = *median;
  if (timer.timers.empty()) return value;
  value["timers"] = Json::array();
  for (const NamedTimer& one : timer.timers) value["timers"].push_back(to_value(one));
  return value;
}

Json to_value(const LineTable& table) {
  Json functions = Json::array();
  for (const LineTable::Function& function : table.functions) {
    Json value{{"file", function.key.file},
               {"line", function.key.line},
               {"name", function.key.name},
               {"last_line", function.last_line}};
    if (!function.engine.empty()) value["engine"] = function.engine;
    if (function.marked) value["marked"] = true;
    if (function.thread) value["thread"] = *function.thread;
    if (function.total_ns) value["total_ns"] = *function.total_ns;
    if (function.corrected_ns) value["corrected_ns"] = *function.corrected_ns;
    Json lines = Json::array();
    for (const LineTable::Row& row : function.rows) {
      Json line{{"line", row.line}};
      for (std::size_t i = 0; i < table.columns.size(); ++i) line[table.columns[i].name] = row.values[i];
      lines.push_back(std::move(line));
    }
    value["lines"] = std::move(lines);
    functions.push_back(std::move(value));
  }
  return {{"functions", std::move(functions)}};
}

Json to_value(const FunctionKey& key) { return {{"file", key.file}, {"line", key.line}, {"name", key.name}}; }

void put(Json& into, const CallCosts& costs) {
  into["calls"] = costs.calls;
  into["primitive_calls"] = costs.primitive_calls;
  into["self_ns"] = costs.self_ns;
  into["cumulative_ns"] = costs.cumulative_ns;
}

Json to_value(const CallGraph& graph) {
  Json functions = Json::array();
  for (const CallGraph::Function& function : graph.functions) {
    put(functions.emplace_back(to_value(function.key)), function.costs);
  }
  Json edges = Json::array();
  for (const CallGraph::Edge& edge : graph.edges)
    put(edges.emplace_back(Json{{"caller", edge.caller}, {"callee", edge.callee}}), edge.costs);
  return {{"total_calls", graph.total_calls()},
          {"primitive_calls", graph.primitive_calls()},
          {"total_ns", graph.total_ns},
          {"functions", std::move(functions)},
          {"edges", std::move(edges)}};
}

Json to_value(const StackProfile& profile) {
  Json stacks = Json::array();
  for (const StackProfile::Stack& stack : profile.stacks) {
    stacks.push_back({{"frames", stack.frames},
                      {"thread", stack.thread},
                      {"state", stack.state},
                      {"count", stack.count},
                      {"weight_ns", stack.weight_ns}});
  }
  Json frames = Json::array();
  for (const FunctionKey& frame : profile.frames) frames.push_back(to_value(frame));
  return {{"interval_ns", profile.interval_ns},
          {"samples", profile.samples},
          {"lost", profile.lost},
          {"stacks", std::move(stacks)},
          {"frames", std::move(frames)}};
}

Json to_value(const AllocSites& alloc) {
  Json sites = Json::array();
  for (const AllocSites::Site& site : alloc.sites) {
    Json value = to_value(site.key);
    value["live_bytes"] = site.live_bytes;
    value["live_count"] = site.live_count;
    value["total_bytes"] = site.total_bytes;
    value["total_count"] = site.total_count;
    value["peak_bytes"] = site.peak_bytes;
    value["peak_count"] = site.peak_count;
    value["temporary_count"] = site.temporary_count;
    sites.push_back(std::move(value));
  }
  return {{"peak_bytes", alloc.peak_bytes()},
          {"live_bytes", alloc.live_bytes()},
          {"total_bytes", alloc.total_bytes()},
          {"total_count", alloc.total_count()},
          {"sites", std::move(sites)}};
}

}  // namespace

std::string to_json(const Recording& recording) {
  Json value{{"schema", kSchemaName}, {"schema_version", kSchemaVersion}, {"run", to_value(recording.run)}};
  value["sources"] = Json::array();
  for (const SourceFile& source : recording.sources) value["sources"].push_back(to_value(source));
  value["sections"] = Json::object();
  for (const Section& section : recording.sections) {
    value["sections"][section.name] = std::visit([](const auto& data) { return to_value(data); }, section.data);
  }
  // Names come from the program: what is not UTF-8 is replaced rather than refused.
  return value.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pyharness
