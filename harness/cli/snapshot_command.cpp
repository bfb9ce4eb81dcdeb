#include "harness/cli/commands.h"
#include "harness/cli/reports.h"
#include "harness/supervise/snapshot.h"

namespace pyharness {

int snapshot_command(const SnapshotCommand& command) { return render(take_snapshot(command.pid), command); }

}  // namespace pyharness
