#pragma once

#include <cstddef>

#include "harness/record/arena_writer.h"

namespace pyharness {

/// Where an inherited arena is looked for: 0 to 2 are the program's.
inline constexpr int kFirstInheritedDescriptor = 3;
/// Where it is put for a process that is spawned, whose parent cannot know which ones are free there: high, and not so
/// high that the table of descriptors would have to grow much.
int spawned_descriptor() noexcept;

/// A host maps the arena only where it takes at most one part in so many of the address space that it is allowed.
inline constexpr std::size_t kLeastShareOfAddressSpace = 4;

/// Whether this is an open arena; `header` is then a copy of its header, which may be of another layout. System calls
/// only.
bool is_arena(int descriptor, ArenaHeader& header) noexcept;

struct InheritedArena {
  ArenaWriter arena;
  /// Which word of the command line the process is named after, from 1; 0 where nobody said.
  std::size_t named_after = 0;
};

/// Finds the arena that the supervisor, or a host that started this one, left among the inherited descriptors, maps it
/// and closes the descriptor: from then on the descriptor table is python's. Nothing else hands it over, so arguments
/// and environment are python's too. The mapping stays until the process ends. Throws Failure where this host was not
/// started by pyharness.
InheritedArena map_inherited_arena();

}  // namespace pyharness
