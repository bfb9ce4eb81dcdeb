#include "harness/supervise/verify.h"

#include <fcntl.h>

#include <fmt/format.h>

#include "harness/base/descriptor.h"
#include "harness/base/error.h"
#include "harness/supervise/program_run.h"

namespace pyharness {
namespace {

std::string ending_text(const Ending& ending) {
  return ending.signal ? fmt::format("was ended by signal {}", *ending.signal)
                       : fmt::format("exited with status {}", ending.exit_status.value_or(0));
}

void run_unhooked(RunInfo& measured, const Interpreter& interpreter, const RunContext& context,
                  std::optional<int> input, SignalRelay& relay) {
  const Descriptor nowhere(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nowhere) throw Failure(fmt::format("/dev/null: {}", error_sentence(errno)));
  HostPlan no_hooks;
  no_hooks.python = interpreter.executable;
  no_hooks.library = interpreter.library;
  ProgramRun run(no_hooks, context, "");
  run.run(HostStart{.executable = interpreter.host, .arguments = context.argv, .input = input, .output = nowhere.get()},
          relay);
  if (run.host_gave_up()) throw Failure("its host could not start it.");
  const RunInfo info = run.recording().run;
  measured.verified = {.wall_ns = info.wall_ns, .code_wall_ns = info.code_wall_ns, .cpu = info.self};
  const Ending& ours = measured.ending;
  if (info.ending.signal == ours.signal && info.ending.exit_status == ours.exit_status) return;
  measured.notes.push_back(fmt::format("Without hooks the program {}, under them it {}: their times do not compare.",
                                       ending_text(info.ending), ending_text(ours)));
}

}  // namespace

void verify(RunInfo& measured, const Interpreter& interpreter, RunContext context, std::optional<int> input,
            SignalRelay& relay) noexcept {
  try {
    if (measured.ending.signal) {
      measured.notes.emplace_back("The program was ended by a signal and did not run again without hooks.");
      return;
    }
    context.modes.clear();
    run_unhooked(measured, interpreter, context, input, relay);
  } catch (const std::exception& error) {
    measured.notes.push_back(fmt::format("There is no run without hooks: {}", error.what()));
  }
}

}  // namespace pyharness
