#pragma once

// The shared flavour's two files: the loader, an executable that loads an interpreter's own libpython, and the core, a
// library with everything that calls it.

#include "harness/cpython/interposed.h"
#include "harness/host/arena_mapping.h"

namespace pyharness {

inline constexpr const char* kCoreEntry = "pyharness_run_core";

/// The core's one exported function, of this name.
using CoreEntry = int (*)(int argc, char** argv, const InheritedArena& arena, Interposed* interposed);

}  // namespace pyharness
