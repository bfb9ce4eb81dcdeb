#pragma once

#include "harness/cpython/interposed.h"

namespace pyharness {

/// Shared flavour: the loader's calls lead to link_seams() from now on. `interposed` is borrowed for good.
void connect_link_seams(Interposed& interposed) noexcept;

}  // namespace pyharness
