#pragma once

#include "harness/record/recording.h"

namespace pyharness {

/// Adds `other` to `into`: counts, hits, times and totals add; maxima are maxima; timer runs are appended; processes
/// and notes are joined. The surrounding facts (argv, python, clock) stay those of `into`. Throws Failure where the two
/// do not fit (other columns).
void merge_into(Recording& into, const Recording& other);

/// Adds what other processes of the same run left. Of the rest of `processes` only its list of processes, its losses
/// and the collector's pauses are asked for.
void add_processes(Recording& into, const Recording& processes);

/// The same for one section's data: figures of the same function, thread and line, the same pair, the same stack come
/// together. Of line tables the columns are kept that both have.
void merge_into(LineTable& into, const LineTable& other);
void merge_into(CallGraph& into, const CallGraph& other);
void merge_into(StackProfile& into, const StackProfile& other);
void merge_into(TimerRuns& into, const TimerRuns& other);
/// By name: counts and histograms add, so that median and p99 are those of all.
void merge_into(std::vector<NamedTimer>& into, const std::vector<NamedTimer>& other);
/// Of two processes, or runs: what was live, totals and counts add. A peak is one process's: that of the one with the
/// larger peak stays, with its sites' shares of it.
void merge_into(AllocSites& into, const AllocSites& other);

/// Repeats of the same statement and setup come together, as further processes; where their loops differ, as if there
/// had been as many as in `into`. Throws Failure where the clocks differ.
void merge_into(TimeitStatements& into, const TimeitStatements& other);

/// Leaves two line tables the columns that both have; one without rows lacks none. Throws Failure where they differ in
/// more than optional ones.
void keep_common_columns(LineTable& a, LineTable& b);
/// The table as it is without --per-thread: a function is one entry, whatever the threads that ran it.
LineTable over_threads(LineTable table);

}  // namespace pyharness
