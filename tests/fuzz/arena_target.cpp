// The arena after a program that scribbled on it: the supervisor reads it, with all profilers.
#include "harness/record/arena_reader.h"
#include "harness/supervise/collect.h"
#include "profilers/profiler.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/recording_checks.h"
#include "tests/fuzz/sparse_arena.h"

namespace pyharness::fuzz {
namespace {

RunPlan plan_of_all_modes() {
  RunPlan plan;
  plan.target = {Target::Kind::kScript, "app.py", {}};
  for (const ProfilerInfo& profiler : all_profilers()) plan.modes.emplace_back(profiler.name);
  plan.keep_source = false;  // files are not the arena's, whatever it names
  return plan;
}

Recording collected(const ArenaReader& arena) {
  static const RunPlan plan = plan_of_all_modes();
  static const Interpreter interpreter{"/usr/bin/python3.11", "3.11.2", {}, {}, {}};
  static const std::vector<std::string> argv{"python3.11", "app.py"};
  static const std::string root = "/work";
  const std::vector<const ProcessArea*> areas = arena.processes();
  const pid_t pid = areas.empty() ? 1 : static_cast<pid_t>(areas.back()->pid);
  constexpr std::uint64_t kLate = std::uint64_t{1} << 60;  // later than any clock of an arena in the corpus
  HostEnd end;
  end.ending.exit_status = 0;
  return collect({plan, interpreter, argv, root, arena, end, pid, ClockSource::kSystem, {1, 1}, {kLate, kLate}, ""});
}

}  // namespace
}  // namespace pyharness::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static pyharness::fuzz::SparseArena arena;
  const pyharness::ArenaReader reader(arena.filled({data, size}));
  pyharness::fuzz::require_reportable(pyharness::fuzz::collected(reader));
  return 0;
}
