// An arena that a program scribbled on, with all profilers: `pyharness report` reads a kept one, and the supervisor
// adds up in it the processes that have ended, and reads the rest.
#include "harness/base/error.h"
#include "harness/record/arena_reader.h"
#include "harness/record/arena_writer.h"
#include "harness/record/run_context.h"
#include "harness/supervise/arena_report.h"
#include "harness/supervise/collect.h"
#include "harness/supervise/ended_processes.h"
#include "profilers/profiler.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/recording_checks.h"
#include "tests/fuzz/sparse_arena.h"

namespace pyharness::fuzz {
namespace {

RunContext all_modes() {
  RunContext context;
  for (const ProfilerInfo& profiler : all_profilers()) context.modes.emplace_back(profiler.name);
  return context;
}

// What the arena says of the run; where that cannot be read, a run of all modes.
RunContext context_of(const ArenaReader& arena) {
  const ArenaHeader& header = *arena.header();
  const char* bytes = arena.inside<char>(header.context, header.context_bytes);
  try {
    if (bytes != nullptr) return context_from_bytes({bytes, header.context_bytes});
  } catch (const Failure& failure) {
    require_harmless(failure.what());
  }
  return all_modes();
}

// As one that was kept. What the run of it had as source files is not part of an input: there are none in the corpus.
void report_kept(const ArenaReader& arena) {
  try {
    require_readable(report_of_arena(arena, "kept", false));
  } catch (const Failure& failure) {
    require_harmless(failure.what());
  }
}

// As the supervisor's own, which wrote beginning and end nowhere else.
Recording collected(const ArenaWriter& writer) {
  const ArenaReader arena(writer.bytes());
  RunContext context = context_of(arena);
  context.keep_source = false;  // files are not the arena's, whatever it names
  const std::vector<const ProcessArea*> areas = arena.processes();
  const pid_t pid = areas.empty() ? 1 : static_cast<pid_t>(areas.back()->pid);
  constexpr std::uint64_t kLate = std::uint64_t{1} << 60;  // later than any clock of an arena in the corpus
  HostEnd end;
  end.ending.exit_status = 0;
  EndedProcesses ended_processes(writer, context, {1, 1});
  ended_processes.add_up(pid);
  return collect({context, arena, ended_processes.sum(), end, pid, 1, {1, 1}, {kLate, kLate}, false});
}

}  // namespace
}  // namespace pyharness::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static pyharness::fuzz::SparseArena arena;
  const pyharness::ArenaWriter writer(arena.filled({data, size}));
  pyharness::fuzz::report_kept(pyharness::ArenaReader(writer.bytes()));
  pyharness::fuzz::require_readable(pyharness::fuzz::collected(writer));
  return 0;
}
