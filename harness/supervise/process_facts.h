#pragma once

#include <sys/types.h>

#include <optional>

#include "harness/supervise/host_process.h"

namespace pyharness {

/// What /proc says of a process, in ticks of the kernel's clock: 10 ms.
struct ProcessFacts {
  pid_t parent = 0;
  CpuTimes self;
  CpuTimes children;  // that it waited for
  long minor_faults = 0;
  long major_faults = 0;
};

/// Nothing where there is no such process, or no /proc. One that has ended and is not reaped has its facts.
std::optional<ProcessFacts> facts_of(pid_t pid);

/// How one ended that waits to be reaped; nothing of others, and where /proc does not tell us.
Ending ending_of_unreaped(pid_t pid);

/// Whether a process has threads that may still run. False for one that waits to be reaped.
bool is_running(pid_t pid);

/// What a process that runs has used until now, as far as /proc tells: no ending.
HostEnd used_so_far(pid_t pid);

}  // namespace pyharness
