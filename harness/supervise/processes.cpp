#include "harness/supervise/processes.h"

#include <algorithm>
#include <unordered_set>

#include "harness/base/words.h"
#include "harness/record/saturated.h"
#include "harness/supervise/process_facts.h"

namespace pyharness {
namespace {

void add_losses(RunInfo& info, std::span<const SeenProcess> processes) {
  constexpr std::string_view kNames[] = {"not_recorded_arena_full",    "line_events_outside_their_code",
                                         "tracers_set_by_the_program", "profilers_set_by_the_program",
                                         "functions_not_instrumented", "blocks_not_followed"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(Loss::kCount));
  for (const SeenProcess& process : processes) {
    for (std::size_t i = 0; i < std::size(kNames); ++i) {
      const std::uint64_t count = process.area->losses[i].load(std::memory_order_relaxed);
      if (count == 0) continue;
      std::uint64_t& sum = info.losses[std::string(kNames[i])];
      sum = add_saturated(sum, count);
    }
  }
}

// The signal that ended it, as the parent was told.
std::optional<int> signal_of(const ArenaReader& arena, std::uint32_t pid) {
  const ArenaHeader* header = arena.header();
  const std::uint64_t killed = header == nullptr ? 0 : header->killed[pid % kKilledSlots].load();
  if (killed >> 32 != pid) return std::nullopt;
  return static_cast<int>(killed & 0x7F);
}

std::vector<std::string> words_of(const ArenaReader& arena, const ProcessArea& area) {
  const TableReader<char> text(arena, area, TableKind::kText);
  std::vector<std::string> words;
  std::string joined = read_text(text, area.argv);
  for (std::size_t begin = 0; begin < joined.size();) {
    const std::size_t end = std::min(joined.find('\0', begin), joined.size());
    words.push_back(valid_utf8(joined.substr(begin, end - begin)));
    begin = end + 1;
  }
  return words;
}

ProcessInfo::Start start_of(const ProcessArea& area) {
  switch (area.start) {
    case ProcessStart::kHost:
      break;
    case ProcessStart::kFork:
      return ProcessInfo::Start::kFork;
    case ProcessStart::kExec:
      return ProcessInfo::Start::kExec;
  }
  return ProcessInfo::Start::kRun;
}

}  // namespace

std::vector<SeenProcess> seen_processes(const ArenaReader& arena, pid_t host, Ticks now, bool live) {
  std::vector<SeenProcess> seen;
  std::unordered_set<std::uint32_t> became_another;  // Python by exec: their older parts of the arena have ended
  for (const ProcessArea* area : arena.processes()) {
    const auto pid = static_cast<pid_t>(area->pid);
    const bool replaced = (area->end.load(std::memory_order_acquire) & process_end::kReplaced) != 0;
    bool runs = false;
    if (area->elsewhere != 0) {
      runs = live;  // nobody can tell
    } else if (area->start == ProcessStart::kHost || !replaced || !became_another.contains(area->pid)) {
      runs = pid == host || (live && is_running(pid));
    }
    if (area->elsewhere == 0 && area->start == ProcessStart::kExec) became_another.insert(area->pid);
    seen.push_back({area, runs ? now : 0});
  }
  return seen;
}

ProcessInfo process_info(const ArenaReader& arena, const SeenProcess& process, bool live) {
  const ProcessArea& area = *process.area;
  const std::uint32_t end = area.end.load(std::memory_order_acquire);
  ProcessInfo info;
  info.pid = area.pid;
  info.parent = area.parent_pid;
  info.start = start_of(area);
  info.argv = words_of(arena, area);
  if ((end & process_end::kReplaced) != 0) {
    info.state = ProcessInfo::State::kReplaced;
  } else if ((end & process_end::kExited) != 0) {
    info.ending.exit_status = static_cast<int>(end & 0xFF);
  } else if (process.ended != 0) {
    info.state = ProcessInfo::State::kRunning;
  } else {
    if (area.elsewhere != 0) return info;
    // Its parent may hear of it later than we look.
    if (live) info.ending = ending_of_unreaped(static_cast<pid_t>(area.pid));
    if (!info.ending.exit_status && !info.ending.signal) info.ending.signal = signal_of(arena, area.pid);
  }
  return info;
}

void collect_processes(const ProcessFigures& of, Recording& into) {
  // In the registry's order, which is the plan's: each once, whatever an arena says.
  for (const ProfilerInfo& profiler : all_profilers()) {
    if (std::find(of.modes.begin(), of.modes.end(), profiler.name) != of.modes.end())
      profiler.collect({of.arena, of.processes, of.latest, of.scale, of.usage, of.costs}, into);
  }
  add_losses(into.run, of.processes);
}

}  // namespace pyharness
