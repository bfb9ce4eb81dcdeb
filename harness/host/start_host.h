#pragma once

#include <optional>

#include "harness/host/arena_mapping.h"

namespace pyharness {

/// Starts python with these arguments, hooks in, booking into the arena, whose plan names what to record. Where all is
/// ready, Py_RunMain() is to follow; else this is the exit status. Does not throw.
///
/// The caller of Py_RunMain() must have nothing to destroy and nothing to catch, up to main(): CPython may end the main
/// thread by pthread_exit (sub-interpreters left at the end), which unwinds the stack, and libc's unwinder does not
/// agree with the one that is linked into us.
std::optional<int> start_host(int argc, char** argv, const InheritedArena& inherited);

}  // namespace pyharness
