#pragma once

#include "harness/base/clock.h"

namespace pyharness {

/// When does the garbage collector run, and for how long? gc.callbacks, its contents and their order stay the
/// program's. Both are called once, the first before the interpreter starts. Throw Failure.
void prepare_to_watch_collections();
/// With the interpreter running: `on_collection` is called after each collection, under the interpreter lock.
void watch_collections(ClockSource clock, void (*on_collection)(int generation, Ticks pause));

}  // namespace pyharness
