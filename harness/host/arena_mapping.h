#pragma once

#include "harness/record/arena_writer.h"

namespace pyharness {

/// Where an inherited arena is looked for: 0 to 2 are the program's.
inline constexpr int kFirstInheritedDescriptor = 3;
/// Where it is put for a process that is spawned, whose parent cannot know which ones are free there: high, and not so
/// high that the table of descriptors would have to grow much.
int spawned_descriptor() noexcept;

/// Whether this is an open arena; `header` is then a copy of its header, which may be of another layout. System calls
/// only.
bool is_arena(int descriptor, ArenaHeader& header) noexcept;

/// Finds the arena that the supervisor, or a host that started this one, left among the inherited descriptors, maps it
/// and closes the descriptor: from then on the descriptor table is python's. Nothing else hands it over, so arguments
/// and environment are python's too. The mapping stays until the process ends. Throws Failure where this host was not
/// started by pyharness.
ArenaWriter map_inherited_arena();

/// Maps another arena in the place of `arena`, of which nothing must be read any more. False where it cannot be.
bool map_arena_again(const ArenaWriter& arena, int descriptor) noexcept;

}  // namespace pyharness
