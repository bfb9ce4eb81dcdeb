#pragma once

#include "harness/host/session.h"

namespace pyharness {

/// Makes `_pyharness` and `pyharness` importable, by a finder behind all others, and puts `profile` into builtins.
/// `session` must outlive the interpreter. Throws Failure.
void install_module(Session& session);

}  // namespace pyharness
