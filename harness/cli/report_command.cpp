#include "harness/cli/commands.h"
#include "harness/cli/recording_files.h"
#include "harness/cli/reports.h"

namespace pyharness {

int report_command(const ReportCommand& command) {
  check_inputs_stay(command.outputs, command.recordings);
  return render(load_recordings(command.recordings), command);
}

}  // namespace pyharness
