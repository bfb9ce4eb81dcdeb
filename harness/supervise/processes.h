#pragma once

#include <sys/types.h>

#include <vector>

#include "harness/record/arena_reader.h"
#include "harness/record/recording.h"
#include "profilers/profiler.h"

namespace pyharness {

/// What of the program's processes is known, newest first; of `host`, the program itself, and of those that run on,
/// that what they have open ends `now`. Where the arena is not a `live` one, their process ids may be anybody's by now.
std::vector<SeenProcess> seen_processes(const ArenaReader& arena, pid_t host, Ticks now, bool live);

/// A process as the recording lists it. The program's own ending is the caller's to say. `live` as above.
ProcessInfo process_info(const ArenaReader& arena, const SeenProcess& process, bool live);

/// The sections of `modes` for these processes, and what they could not record.
struct ProcessFigures {
  const ArenaReader& arena;
  std::span<const SeenProcess> processes;
  const std::vector<std::string>& modes;
  Ticks latest;
  TickScale scale;
  const rusage& usage;
  const std::map<std::string, EventCosts>& costs;
};
void collect_processes(const ProcessFigures& of, Recording& into);

}  // namespace pyharness
