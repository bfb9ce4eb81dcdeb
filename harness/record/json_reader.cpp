#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "harness/base/error.h"
#include "harness/base/output.h"
#include "harness/record/json.h"
#include "harness/record/json_node.h"
#include "harness/record/json_timeit.h"

namespace pyharness {
namespace {

using Json = nlohmann::json;

constexpr int kDeepest = 64;  // our own files nest eight deep

Ending read_ending(const Node& node) {
  Ending ending;
  if (node.has("exit_status")) ending.exit_status = static_cast<int>(node["exit_status"].count() & 0xFF);
  if (node.has("signal")) ending.signal = static_cast<int>(node["signal"].count() & 0x7F);
  ending.unknown = node.has("ending_unknown");
  return ending;
}

CpuTimes read_times(const Node& node) { return {node["user_ns"].count(), node["system_ns"].count()}; }

ProcessInfo::Start read_start(const Node& node) {
  const std::string name = node.text();
  if (name != "run" && name != "fork" && name != "exec") node.wrong("run, fork or exec");
  return name == "run"    ? ProcessInfo::Start::kRun
         : name == "fork" ? ProcessInfo::Start::kFork
                          : ProcessInfo::Start::kExec;
}

ProcessInfo read_process(const Node& node) {
  ProcessInfo process;
  process.pid = node["pid"].integer();
  process.parent = node["parent"].integer();
  process.start = read_start(node["start"]);
  if (node.true_if("running")) process.state = ProcessInfo::State::kRunning;
  if (node.true_if("replaced")) process.state = ProcessInfo::State::kReplaced;
  if (node.has("argv")) process.argv = node["argv"].texts();
  process.ending = read_ending(node);
  return process;
}

VerifiedRuns read_verified(const Node& node) {
  const std::uint64_t runs = node["runs"].count();
  if (runs == 0) node["runs"].wrong("at least 1");
  return {runs, node["wall_ns"].count(), node.count_if("code_wall_ns"), read_times(node)};
}

Overhead read_overhead(const Node& node) {
  Overhead overhead{{}, node["total_ns"].count(), node["error_ns"].count()};
  node.each_member([&](const std::string& kind, const Node& cost) {
    if (kind == "total_ns" || kind == "error_ns") return;
    overhead.kinds[kind] = {cost["count"].count(), cost["cost_ps"].count(), cost["error_ps"].count()};
  });
  return overhead;
}

MergedRecording read_merged(const Node& node) {
  MergedRecording part{node["file"].text(), node["argv"].texts(), node["started_at"].text(), node["host"]["cpu"].text(),
                       node["runs"].count()};
  if (node.has("target")) part.target = node["target"].text();
  if (node.has("python")) part.python_version = node["python"]["version"].text();
  if (node.has("modes")) part.modes = node["modes"].texts();
  return part;
}

RunInfo read_run(const Node& node) {
  RunInfo run;
  run.argv = node["argv"].texts();
  run.target = node["target"].text();
  run.root = node["root"].text();
  run.modes = node["modes"].texts();
  run.python_version = node["python"]["version"].text();
  run.python_executable = node["python"]["executable"].text();
  run.ending = read_ending(node);
  run.started_at = node["started_at"].text();
  run.wall_ns = node["wall_ns"].count();
  run.code_wall_ns = node.count_if("code_wall_ns");
  run.self = read_times(node);
  run.children = read_times(node["children"]);
  run.peak_rss_bytes = node["peak_rss_bytes"].count();
  if (node.has("hash_seed")) run.hash_seed = node["hash_seed"].text();
  run.host_cpu = node["host"]["cpu"].text();
  run.host_cores = node["host"]["cores"].count();
  run.host_kernel = node["host"]["kernel"].text();
  run.clock_source = node["clock"]["source"].text();
  run.clock_ticks_per_second = node["clock"]["ticks_per_second"].count();
  if (node.has("overhead")) run.overhead = read_overhead(node["overhead"]);
  node["processes"].each([&](const Node& process) { run.processes.push_back(read_process(process)); });
  if (node.has("verified")) run.verified = read_verified(node["verified"]);
  if (node.has("turns")) run.turns = node["turns"].text();
  run.forks = node.true_if("forks");
  node["losses"].each_member([&](const std::string& what, const Node& count) { run.losses[what] = count.count(); });
  if (node.has("merged_from"))
    node["merged_from"].each([&](const Node& part) { run.merged_from.push_back(read_merged(part)); });
  if (node.has("notes")) run.notes = node["notes"].texts();
  return run;
}

SourceFile read_source(const Node& node) {
  SourceFile source{node["file"].text(), node["sha256"].text(), {}};
  node["lines"].each_member([&](const std::string& number, const Node& text) {
    const bool digits =
        !number.empty() && number.size() <= 9 && number.find_first_not_of("0123456789") == std::string::npos;
    if (!digits) text.wrong("named by a line number");
    source.lines.emplace(static_cast<std::uint32_t>(std::stoul(number)), text.text());
  });
  return source;
}

NamedTimer read_named_timer(const Node& node) {
  NamedTimer timer{node["name"].text(),    node["count"].count(),  node["total_ns"].count(),
                   node["min_ns"].count(), node["max_ns"].count(), node.count_or_zero("cost_ps")};
  if (timer.min_ns > timer.max_ns) node["min_ns"].wrong("at most max_ns");
  node["histogram"].each([&](const Node& pair) {
    std::vector<Node> figures;
    pair.each([&](const Node& figure) { figures.push_back(figure); });
    if (figures.size() != 2) pair.wrong("a bucket and a count");
    const std::uint32_t bucket = figures[0].index_below(kBuckets);
    if (!timer.histogram.emplace(bucket, figures[1].count()).second) pair.wrong("the only one of its bucket");
  });
  if (!node.has("runs")) return timer;
  node["runs"].each([&](const Node& run) {
    timer.runs.push_back({run["count"].count(), run["total_ns"].count(), run["min_ns"].count(),
                          run["median_ns"].count(), run["p99_ns"].count(), run["max_ns"].count()});
  });
  return timer;
}

TimerRuns read_timer(const Node& node) {
  TimerRuns timer;
  node["runs"].each([&](const Node& value) {
    TimerRuns::Run run;
    run.wall_ns = value["wall_ns"].count();
    run.code_wall_ns = value.count_if("code_wall_ns");
    run.user_ns = value["user_ns"].count();
    run.system_ns = value["system_ns"].count();
    run.peak_rss_bytes = value["peak_rss_bytes"].count();
    run.minor_faults = value.count_or_zero("minor_faults");
    run.major_faults = value.count_or_zero("major_faults");
    run.voluntary_switches = value.count_or_zero("voluntary_switches");
    run.involuntary_switches = value.count_or_zero("involuntary_switches");
    if (value.has("collections")) {
      const Node collections = value["collections"];
      run.collections = {collections["count"].count(), collections["pause_ns"].count(),
                         collections["longest_ns"].count()};
    }
    run.failed = value.true_if("failed");
    timer.runs.push_back(run);
  });
  if (!node.has("timers")) return timer;
  std::map<std::string, NamedTimer> timers;
  node["timers"].each([&](const Node& value) {
    NamedTimer one = read_named_timer(value);
    if (!timers.try_emplace(one.name, std::move(one)).second) value.wrong("the only one of its name");
  });
  for (auto& [name, one] : timers) timer.timers.push_back(std::move(one));
  return timer;
}

// The first row tells which of the optional columns a table has.
class LineColumns {
 public:
  explicit LineColumns(std::string_view section)
      : columns_(line_table_columns(section)), undecided_(optional_line_table_columns(section)) {}

  LineTable::Row row(const Node& node) {
    if (is_first_) {
      for (const Column& column : undecided_) (node.has(column.name.c_str()) ? columns_ : missing_).push_back(column);
      is_first_ = false;
    }
    LineTable::Row row{node["line"].line(), {}};
    for (const Column& column : columns_) {
      if (column.optional && !node.has(column.name.c_str()))
        node.wrong(fmt::format("like the lines before it: it has no {}", column.name));
      const Node figure = node[column.name.c_str()];
      // Bytes may be given back; nothing is hit a negative number of times.
      row.values.push_back(column.unit == Unit::kBytes ? figure.integer() : static_cast<std::int64_t>(figure.count()));
    }
    for (const Column& column : missing_) {
      if (node.has(column.name.c_str())) node.wrong(fmt::format("like the lines before it: it has {}", column.name));
    }
    return row;
  }

  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }

 private:
  std::vector<Column> columns_;
  std::vector<Column> undecided_;
  std::vector<Column> missing_;
  bool is_first_ = true;
};

LineTable read_lines(const Node& node, std::string_view section) {
  LineTable table;
  LineColumns columns(section);
  node["functions"].each([&](const Node& value) {
    LineTable::Function function;
    function.key = {value["file"].text(), value["line"].line(), value["name"].text()};
    function.last_line = value.has("last_line") ? value["last_line"].line() : function.key.line;
    if (value.has("engine")) function.engine = value["engine"].text();
    function.marked = value.true_if("marked");
    function.thread = value.count_if("thread");
    function.total_ns = value.count_if("total_ns");
    function.corrected_ns = value.count_if("corrected_ns");
    value["lines"].each([&](const Node& line) { function.rows.push_back(columns.row(line)); });
    table.functions.push_back(std::move(function));
  });
  table.columns = columns.columns();
  return table;
}

FunctionKey read_key(const Node& node) { return {node["file"].text(), node["line"].line(), node["name"].text()}; }

CallCosts read_costs(const Node& node) {
  return {node["calls"].count(), node["primitive_calls"].count(), node["self_ns"].count(),
          node["cumulative_ns"].count()};
}

CallGraph read_calls(const Node& node) {
  CallGraph graph;
  graph.total_ns = node["total_ns"].count();
  node["functions"].each([&](const Node& function) {
    graph.functions.push_back({read_key(function), read_costs(function)});
  });
  node["edges"].each([&](const Node& edge) {
    graph.edges.push_back({edge["caller"].index_below(graph.functions.size()),
                           edge["callee"].index_below(graph.functions.size()), read_costs(edge)});
  });
  return graph;
}

StackProfile read_stacks(const Node& node) {
  StackProfile profile;
  profile.interval_ns = node["interval_ns"].count();
  profile.samples = node["samples"].count();
  profile.lost = node["lost"].count();
  node["frames"].each([&](const Node& frame) { profile.frames.push_back(read_key(frame)); });
  node["stacks"].each([&](const Node& value) {
    StackProfile::Stack stack{
        {}, value["thread"].text(), value["state"].text(), value["count"].count(), value["weight_ns"].count()};
    value["frames"].each([&](const Node& index) { stack.frames.push_back(index.index_below(profile.frames.size())); });
    profile.stacks.push_back(std::move(stack));
  });
  return profile;
}

AllocSites read_sites(const Node& node) {
  AllocSites alloc;
  node["sites"].each([&](const Node& value) {
    alloc.sites.push_back({read_key(value), value["live_bytes"].count(), value["live_count"].count(),
                           value["total_bytes"].count(), value["total_count"].count(), value["peak_bytes"].count(),
                           value["peak_count"].count(), value["temporary_count"].count()});
  });
  return alloc;
}

// Looks at brackets only. The parser could count by itself through a callback, but then it walks a list from its start
// after each element.
bool is_nested_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      in_string = !in_string;
    } else if (in_string) {
      if (c == '\\') ++i;
    } else if (c == '[' || c == '{') {
      if (++depth > kDeepest) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

Json parse(std::string_view text) {
  // Refused before it is read: a hostile file of brackets must not reach code that recurses.
  if (is_nested_too_deep(text)) throw Failure("it is nested deeper than any recording.");
  try {
    return Json::parse(text);
  } catch (const Json::exception&) {
    throw Failure("it is not JSON, or cut off.");
  }
}

}  // namespace

Recording from_json(std::string_view text) {
  const Json json = parse(text);
  if (!json.is_object() || !json.contains("schema") || json["schema"] != kSchemaName)
    throw Failure("it is not a pyharness recording.");
  const Node top(json, "recording");
  if (const std::uint64_t version = top["schema_version"].count(); version != kSchemaVersion) {
    throw Failure(fmt::format("it has schema version {}; this pyharness reads version {}.", version, kSchemaVersion));
  }
  Recording recording;
  recording.run = read_run(top["run"]);
  std::map<std::string, SourceFile> sources;
  top["sources"].each([&](const Node& node) {
    SourceFile source = read_source(node);
    if (!sources.try_emplace(source.file, std::move(source)).second) node.wrong("the only one of its file");
  });
  for (auto& [file, source] : sources) recording.sources.push_back(std::move(source));
  top["sections"].each_member([&](const std::string& name, const Node& section) {
    if (name == "timer") {
      recording.sections.push_back({name, read_timer(section)});
    } else if (!line_table_columns(name).empty()) {
      recording.sections.push_back({name, read_lines(section, name)});
    } else if (name == "profile") {
      recording.sections.push_back({name, read_calls(section)});
    } else if (name == "sample") {
      recording.sections.push_back({name, read_stacks(section)});
    } else if (name == "alloc") {
      recording.sections.push_back({name, read_sites(section)});
    } else if (name == "timeit") {
      recording.sections.push_back({name, read_timeit(section)});
    } else {
      recording.run.notes.push_back("Section '" + name + "' is not known to this pyharness and was left out.");
    }
  });
  return recording;
}

Recording from_file(std::string_view bytes, std::size_t limit) {
  return is_gzip(bytes) ? from_json(gunzip(bytes, limit)) : from_json(bytes);
}

}  // namespace pyharness
