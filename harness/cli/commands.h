#pragma once

#include "harness/cli/arguments.h"

namespace pyharness {

/// One file per command. Each returns the exit status or what is to be shown; own failures are thrown as Failure.
int run_command(const RunCommand& command);
int report_command(const ReportCommand& command);
/// Status 1 where a gate holds.
int compare_command(const CompareCommand& command);
int snapshot_command(const SnapshotCommand& command);
/// What `pyharness list` shows.
std::string list_text();

}  // namespace pyharness
