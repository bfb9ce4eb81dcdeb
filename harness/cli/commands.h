#pragma once

#include "harness/cli/arguments.h"

namespace pyharness {

/// One file per command. Each returns the exit status or what is to be shown; own failures are thrown as Failure.
int run_command(const RunCommand& command);
int report_command(const ReportCommand& command);
/// Status 1 where a gate holds.
int compare_command(const CompareCommand& command);
int snapshot_command(const SnapshotCommand& command);
int timeit_command(const TimeitCommand& command);
/// What `pyharness list` shows.
std::string list_text();

/// The exit status of a program that ended so, or death by its signal; ours where only a report failed.
int end_as(const Ending& ending, bool reports_written);

}  // namespace pyharness
