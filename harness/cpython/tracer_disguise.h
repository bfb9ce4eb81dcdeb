#pragma once

#include "harness/cpython/python.h"

namespace pyharness {

/// LinkSeams::program_tracer where instrumented code runs: the program's own tracer hears of lines as ever, and of the
/// opcodes that are its own. Under the interpreter lock.
void hide_hooks_from_tracer(PyThreadState* thread, bool installed);

}  // namespace pyharness
