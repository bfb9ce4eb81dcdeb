#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "harness/base/error.h"
#include "harness/base/log.h"
#include "harness/base/output.h"
#include "harness/cli/commands.h"
#include "harness/cli/reports.h"
#include "harness/supervise/timeit_run.h"
#include "reporters/text/timeit_time.h"

namespace pyharness {
namespace {

// What python -m timeit says in the words of its `warnings`.
void warn_if_unreliable(const Recording& recording, const Presentation& presentation) {
  constexpr double kFarApart = 4;
  const auto* timeit = recording.find<TimeitStatements>("timeit");
  const TimeitFigures figures = figures_of(timeit->statements.front());
  if (figures.worst < kFarApart * figures.best) return;
  const TimeitTime time{presentation.unit, presentation.verbose};
  write_all(STDERR_FILENO,
            fmt::format(":0: UserWarning: The test results are likely unreliable. The worst time ({}) was more than "
                        "four times slower than the best time ({}).\n",
                        time.text(figures.worst), time.text(figures.best)));
}

}  // namespace

int timeit_command(const TimeitCommand& command) {
  const TimeitPlan& plan = command.plan;
  // What is to be read by a program from stdout stands alone there.
  const bool taken = std::any_of(plan.outputs.begin(), plan.outputs.end(),
                                 [](const OutputRequest& output) { return output.path == "-"; });
  Reports reports(plan.outputs, plan.presentation, plan.quiet || taken ? -1 : STDOUT_FILENO);
  if (!command.hint.empty()) log::warning(command.hint);
  const Recording recording = time_statements(plan);
  if (recording.section("timeit") == nullptr) return end_as(recording.run.ending, false);
  const Written written = reports.write(recording);
  if (written == Written::kUnread) throw BrokenPipe("nobody reads stdout.");
  warn_if_unreliable(recording, plan.presentation);
  return end_as(recording.run.ending, written == Written::kWhole);
}

}  // namespace pyharness
