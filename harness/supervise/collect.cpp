#include "harness/supervise/collect.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/words.h"
#include "harness/supervise/source_text.h"
#include "profilers/profiler.h"

namespace pyharness {
namespace {

std::uint64_t nanoseconds(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_usec) * 1000;
}

// A clock reading from the arena, held within the run.
Ticks within(Ticks ticks, const EndedRun& run) { return std::clamp(ticks, run.began.ticks, run.ended.ticks); }

const ProcessArea* area_of(const EndedRun& run, const std::vector<const ProcessArea*>& areas) {
  const auto found = std::find_if(areas.begin(), areas.end(), [&](const ProcessArea* area) {
    return area->pid == static_cast<std::uint32_t>(run.pid);
  });
  return found == areas.end() ? nullptr : *found;
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

void add_losses(RunInfo& info, const EndedRun& run, const std::vector<const ProcessArea*>& areas) {
  constexpr std::string_view kNames[] = {"not_recorded_arena_full", "line_events_outside_their_code",
                                         "tracers_set_by_the_program", "profilers_set_by_the_program",
                                         "blocks_not_followed"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(Loss::kCount));
  for (const ProcessArea* area : areas) {
    for (std::size_t i = 0; i < std::size(kNames); ++i) {
      const std::uint64_t count = area->losses[i].load(std::memory_order_relaxed);
      if (count != 0) info.losses[std::string(kNames[i])] += count;
    }
  }
  const ArenaHeader* header = run.arena.header();
  const std::uint64_t refused = header == nullptr ? 0 : header->refused_bytes.load(std::memory_order_relaxed);
  if (refused != 0) info.losses["arena_bytes_refused"] = refused;
}

RunInfo run_info(const EndedRun& run, const TickScale& scale) {
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
  info.host_cores = context.cores;
  info.host_kernel = valid_utf8(context.kernel);
  info.clock_source = name_of(context.clock);
  info.clock_ticks_per_second = scale.ticks_per_second();

  const std::vector<const ProcessArea*> areas = run.arena.processes();
  if (const ProcessArea* host = area_of(run, areas); host != nullptr && host->code_begin_ticks != 0) {
    const Ticks begin = within(host->code_begin_ticks, run);
    const Ticks end = host->code_end_ticks.load(std::memory_order_acquire);
    info.code_wall_ns = scale.to_ns((end == 0 ? run.ended.ticks : std::max(begin, within(end, run))) - begin);
    if (end != 0) info.children = {host->children_user_ns, host->children_system_ns};  // finer than the kernel's ticks
  }
  info.self = {total.user_ns - std::min(total.user_ns, info.children.user_ns),
               total.system_ns - std::min(total.system_ns, info.children.system_ns)};
  for (auto area = areas.rbegin(); area != areas.rend(); ++area) {
    ProcessInfo process{(*area)->pid, (*area)->parent_pid, {}, {}};
    if (process.pid == run.pid) process = {run.pid, run.supervisor_pid, info.argv, run.end.ending};
    info.processes.push_back(std::move(process));
  }
  add_losses(info, run, areas);
  add_skew(info);
  return info;
}

}  // namespace

Recording collect(const EndedRun& run) {
  const TickScale scale(run.began, run.ended);
  Recording recording;
  recording.run = run_info(run, scale);
  for (const std::string& mode : run.context.modes) {
    if (const ProfilerInfo* profiler = find_profiler(mode))
      profiler->collect({run.arena, scale, run.ended.ticks, run.end.usage}, recording);
  }
  if (run.context.keep_source) add_sources(recording);
  return recording;
}

}  // namespace pyharness
