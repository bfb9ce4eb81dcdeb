#pragma once

#include "harness/cli/arguments.h"

namespace pyharness {

/// One file per command. Each returns the exit status; own failures are thrown as Failure.
int run_command(const RunCommand& command);
int report_command(const ReportCommand& command);
int snapshot_command(const SnapshotCommand& command);
int list_command();

}  // namespace pyharness
