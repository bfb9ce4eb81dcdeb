#pragma once

#include "harness/cpython/python.h"

namespace pyharness {

/// At a call event: does this frame of a generator or coroutine go on in the middle of a line, rather than start?
/// `code` is the frame's.
bool is_resumed(PyFrameObject* frame, PyCodeObject* code) noexcept;

}  // namespace pyharness
