#include <unistd.h>

#include "harness/base/error.h"
#include "harness/cli/commands.h"
#include "harness/cli/recording_files.h"
#include "harness/cli/reports.h"
#include "harness/record/comparison.h"

namespace pyharness {
namespace {

constexpr int kGateHolds = 1;  // the exit status

}  // namespace

int compare_command(const CompareCommand& command) {
  for (const auto& side : {command.base, command.head}) check_inputs_stay(command.outputs, side);
  Comparison comparison = compare(load_recordings(command.base), load_recordings(command.head));
  comparison.base.files = command.base;
  comparison.head.files = command.head;
  for (const Gate& gate : command.gates) comparison.gates.push_back(check_gate(gate, comparison));
  // Beside files the text is for the log, as with `run`.
  const int beside = command.quiet ? -1 : STDERR_FILENO;
  Reports reports(command.outputs, command.presentation,
                  command.outputs.empty() && !command.quiet ? STDOUT_FILENO : beside);
  const Written written = reports.write(comparison);
  if (comparison.failed()) return kGateHolds;
  if (written == Written::kUnread) throw BrokenPipe("nobody reads stdout.");
  return written == Written::kWhole ? 0 : kOwnFailureStatus;
}

}  // namespace pyharness
