#pragma once

#include <vector>

#include "harness/cpython/python.h"

namespace pyharness {

/// At a call event: does this frame of a generator or coroutine go on in the middle of a line, rather than start?
/// `code` is the frame's.
bool is_resumed(PyFrameObject* frame, PyCodeObject* code) noexcept;

/// The frames that are open on a thread, the outermost first. Of the current thread, which must stay in them.
std::vector<PyFrameObject*> open_frames(PyThreadState* thread);

}  // namespace pyharness
