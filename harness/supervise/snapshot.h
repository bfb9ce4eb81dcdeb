#pragma once

#include <sys/types.h>

#include "harness/record/recording.h"

namespace pyharness {

/// The recording, as of now, of a program that runs under pyharness. `pid` is pyharness's, the program's, or that of a
/// process that it started. The program is not disturbed: its arena is copied from outside. Throws Failure where there
/// is no such process, where pyharness does not run it, or where we may not look.
Recording take_snapshot(pid_t pid);

}  // namespace pyharness
