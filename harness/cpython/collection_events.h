#pragma once

#include "harness/base/clock.h"

namespace pyharness {

/// When does the garbage collector run, and for how long? `on_collection` is called after each collection, under the
/// interpreter lock. gc.callbacks, its contents and their order stay the program's. Call once, with the interpreter
/// running. Throws Failure.
void watch_collections(ClockSource clock, void (*on_collection)(int generation, Ticks pause));

}  // namespace pyharness
