#pragma once

#include "harness/record/arena_writer.h"

namespace pyharness {

/// Finds the arena that the supervisor left among the inherited descriptors, maps it and closes the descriptor: from
/// then on the descriptor table is python's. Nothing else hands it over, so arguments and environment are python's too.
/// The mapping stays until the process ends. Throws Failure where this host was not started by pyharness.
ArenaWriter map_inherited_arena();

}  // namespace pyharness
