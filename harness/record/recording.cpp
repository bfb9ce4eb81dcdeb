#include "harness/record/recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "harness/base/words.h"
#include "harness/record/saturated.h"
#include "harness/record/statistics.h"

namespace pyharness {
namespace {

std::vector<std::uint64_t> code_times(const TimerRuns& timer) {
  std::vector<std::uint64_t> times;
  for (const TimerRuns::Run& run : timer.good_runs()) {
    if (run.code_wall_ns) times.push_back(*run.code_wall_ns);
  }
  return times;
}

}  // namespace

std::vector<Column> line_table_columns(std::string_view name) {
  if (name == "line")
    return {{"hits", Unit::kCount, MergeRule::kAdd}, {"time_ns", Unit::kNanoseconds, MergeRule::kAdd}};
  return {};
}

std::vector<Column> optional_line_table_columns(std::string_view name) {
  if (name == "line")
    return {{"own_ns", Unit::kNanoseconds, MergeRule::kAdd, true},
            {"corrected_ns", Unit::kNanoseconds, MergeRule::kAdd, true}};
  return {};
}

std::size_t LineTable::column(std::string_view name) const {
  const auto found = find_column(name);
  if (!found) throw std::out_of_range("no column " + std::string(name));
  return *found;
}

std::optional<std::size_t> LineTable::find_column(std::string_view name) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return found == columns.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - columns.begin()));
}

std::uint64_t Overhead::events() const {
  std::uint64_t sum = 0;
  for (const auto& [kind, cost] : kinds) sum = add_saturated(sum, cost.count);
  return sum;
}

std::uint64_t NamedTimer::quantile_ns(double share) const {
  return std::clamp(quantile(histogram, share), std::min(min_ns, max_ns), max_ns);
}

std::vector<TimerRuns::Run> TimerRuns::good_runs() const {
  std::vector<Run> good;
  std::copy_if(runs.begin(), runs.end(), std::back_inserter(good), [](const Run& run) { return !run.failed; });
  return good.empty() ? runs : good;
}

std::optional<std::uint64_t> TimerRuns::min_ns() const {
  const auto times = code_times(*this);
  return times.empty() ? std::nullopt : std::optional(*std::min_element(times.begin(), times.end()));
}

std::optional<std::uint64_t> TimerRuns::median_ns() const {
  const auto times = code_times(*this);
  return times.empty() ? std::nullopt : std::optional(median(times));
}

std::uint64_t CallGraph::total_calls() const {
  std::uint64_t sum = 0;
  for (const Function& function : functions) sum = add_saturated(sum, function.costs.calls);
  return sum;
}

std::uint64_t CallGraph::primitive_calls() const {
  std::uint64_t sum = 0;
  for (const Function& function : functions) sum = add_saturated(sum, function.costs.primitive_calls);
  return sum;
}

std::uint64_t AllocSites::sum_of(std::uint64_t Site::*figure) const {
  std::uint64_t sum = 0;
  for (const Site& site : sites) sum = add_saturated(sum, site.*figure);
  return sum;
}

const Section* Recording::section(std::string_view name) const {
  const auto found = std::find_if(sections.begin(), sections.end(), [&](const Section& s) { return s.name == name; });
  return found == sections.end() ? nullptr : &*found;
}

const SourceFile* Recording::source(const std::string& file) const {
  const auto found = std::lower_bound(sources.begin(), sources.end(), file,
                                      [](const SourceFile& source, const std::string& f) { return source.file < f; });
  return found == sources.end() || found->file != file ? nullptr : &*found;
}

const std::string* Recording::source_line(const std::string& file, std::uint32_t line) const {
  const SourceFile* found = source(file);
  if (found == nullptr) return nullptr;
  const auto text = found->lines.find(line);
  return text == found->lines.end() ? nullptr : &text->second;
}

std::size_t number_of_runs(const Recording& recording) {
  const auto* timer = recording.find<TimerRuns>("timer");
  if (timer != nullptr && !timer->runs.empty()) return timer->runs.size();
  const auto& processes = recording.run.processes;
  const auto started = std::count_if(processes.begin(), processes.end(), [](const ProcessInfo& process) {
    return process.start == ProcessInfo::Start::kRun;
  });
  return std::max<std::size_t>(1, static_cast<std::size_t>(started));
}

std::size_t number_of_runs(const Recording& recording, std::string_view section) {
  std::size_t runs = 0;
  for (const MergedRecording& part : recording.run.merged_from) {
    if (std::find(part.modes.begin(), part.modes.end(), section) != part.modes.end()) runs += part.runs;
  }
  return runs == 0 ? number_of_runs(recording) : runs;
}

std::vector<std::string> doubts_about(const std::vector<MergedRecording>& parts) {
  std::vector<std::string> doubts;
  const auto differ = [&](std::string_view what, std::string MergedRecording::*text) {
    std::set<std::string> all;
    for (const MergedRecording& part : parts) {
      if (!(part.*text).empty()) all.insert(printable(part.*text));
    }
    if (all.size() > 1) doubts.push_back(fmt::format("They are of different {}: {}.", what, fmt::join(all, ", ")));
  };
  differ("programs", &MergedRecording::target);
  differ("Pythons", &MergedRecording::python_version);
  differ("processors", &MergedRecording::host_cpu);
  std::map<std::pair<std::string, std::vector<std::string>>, std::string> seen;
  for (const MergedRecording& part : parts) {
    const auto [first, fresh] = seen.try_emplace({part.started_at, part.argv}, part.file);
    if (!fresh)
      doubts.push_back(fmt::format("{} and {} are the same recording, which counts twice.", printable(first->second),
                                   printable(part.file)));
  }
  return doubts;
}

}  // namespace pyharness
