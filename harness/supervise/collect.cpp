#include "harness/supervise/collect.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "harness/base/words.h"
#include "harness/record/merge.h"
#include "harness/record/saturated.h"
#include "harness/supervise/processes.h"
#include "harness/supervise/source_text.h"
#include "profilers/profiler.h"

namespace pyharness {
namespace {

std::uint64_t nanoseconds(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_usec) * 1000;
}

// A clock reading from the arena, held within the run.
Ticks within(Ticks ticks, const EndedRun& run) { return std::clamp(ticks, run.began.ticks, run.ended.ticks); }

// Where the program's code began, and where it ended: another part of the arena where it has become another Python.
struct HostAreas {
  const ProcessArea* first = nullptr;
  const ProcessArea* last = nullptr;
};

HostAreas host_areas(const EndedRun& run, std::span<const SeenProcess> processes) {
  HostAreas found;
  for (const SeenProcess& process : processes) {
    if (process.area->pid != static_cast<std::uint32_t>(run.pid) || process.area->elsewhere != 0) continue;
    if (found.last == nullptr) found.last = process.area;
    found.first = process.area;
  }
  return found;
}

// Profilers that share no hook do share the clock.
void add_skew(RunInfo& info) {
  std::vector<std::string> hooked;
  for (const std::string& mode : info.modes) {
    const ProfilerInfo* profiler = find_profiler(mode);
    if (profiler != nullptr && profiler->claims != Hook::kNone) hooked.push_back(mode);
  }
  if (hooked.size() > 1)
    info.notes.push_back(fmt::format("Times include what the hooks of {} cost.", fmt::join(hooked, " and ")));
}

RunInfo run_info(const EndedRun& run, const TickScale& scale, std::span<const SeenProcess> processes) {
  RunInfo info;
  const RunContext& context = run.context;
  for (const std::string& argument : context.argv) info.argv.push_back(valid_utf8(argument));
  info.target = valid_utf8(context.target);
  info.root = valid_utf8(context.root);
  for (const std::string& mode : context.modes) info.modes.push_back(valid_utf8(mode));
  info.python_version = valid_utf8(context.python_version);
  info.python_executable = valid_utf8(context.python_executable);
  info.ending = run.end.ending;
  info.started_at = valid_utf8(context.started_at);
  info.wall_ns = run.ended.system_ns - run.began.system_ns;
  const CpuTimes total{nanoseconds(run.end.usage.ru_utime), nanoseconds(run.end.usage.ru_stime)};
  info.children = run.end.children;
  info.peak_rss_bytes = static_cast<std::uint64_t>(run.end.usage.ru_maxrss) * 1024;
  if (!context.hash_seed.empty()) info.hash_seed = valid_utf8(context.hash_seed);
  info.host_cpu = valid_utf8(context.cpu);
  info.host_cores = saturated(context.cores);
  info.host_kernel = valid_utf8(context.kernel);
  info.clock_source = name_of(context.clock);
  info.clock_ticks_per_second = scale.ticks_per_second();

  if (const HostAreas host = host_areas(run, processes); host.first != nullptr && host.first->code_begin_ticks != 0) {
    const Ticks begin = within(host.first->code_begin_ticks, run);
    const Ticks end = host.last->code_end_ticks.load(std::memory_order_acquire);
    info.code_wall_ns = scale.to_ns((end == 0 ? run.ended.ticks : std::max(begin, within(end, run))) - begin);
    // Finer than the kernel's ticks.
    if (end != 0) info.children = {saturated(host.last->children_user_ns), saturated(host.last->children_system_ns)};
  }
  info.self = {total.user_ns - std::min(total.user_ns, info.children.user_ns),
               total.system_ns - std::min(total.system_ns, info.children.system_ns)};
  for (auto process = processes.rbegin(); process != processes.rend(); ++process) {
    ProcessInfo one = process_info(run.arena, *process, run.live);
    const bool is_host = one.pid == run.pid && process->area->elsewhere == 0;
    if (is_host && one.start == ProcessInfo::Start::kRun) {
      one.parent = run.supervisor_pid;
      one.argv = info.argv;
    }
    if (is_host && one.state != ProcessInfo::State::kReplaced) {
      one.ending = run.end.ending;
      one.state = ProcessInfo::State::kGone;
    }
    info.processes.push_back(std::move(one));
  }
  const ArenaHeader* header = run.arena.header();
  const std::uint64_t refused = header == nullptr ? 0 : header->refused_bytes.load(std::memory_order_relaxed);
  if (refused != 0) info.losses["arena_bytes_refused"] = saturated(refused);
  add_skew(info);
  return info;
}

}  // namespace

Recording collect(const EndedRun& run) {
  const TickScale scale(run.began, run.ended);
  const std::vector<SeenProcess> processes = seen_processes(run.arena, run.pid, run.ended.ticks, run.live);
  Recording recording;
  recording.run = run_info(run, scale, processes);
  collect_processes({run.arena, processes, run.context.modes, run.ended.ticks, scale, run.end.usage, run.context.costs},
                    recording);
  add_processes(recording, run.ended_processes);
  for (const ProfilerInfo& profiler : all_profilers()) {
    if (profiler.finish != nullptr) profiler.finish(recording);
  }
  if (run.context.keep_source) add_sources(recording);
  return recording;
}

}  // namespace pyharness
