#pragma once

#include "harness/host/session.h"

namespace pyharness {

/// Where the plan asks for repetitions by fork (HostPlan::zygote): imports what the program imports at its head, and
/// waits. For each repetition the supervisor sends an arena; a process forked for it returns from here, a child of the
/// supervisor's, recording there. The waiting one ends when the supervisor has. Does nothing else.
void become_repetition(Session& session);

}  // namespace pyharness
