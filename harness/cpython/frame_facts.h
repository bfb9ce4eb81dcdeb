#pragma once

#include <vector>

#include "harness/cpython/python.h"

namespace pyharness {

/// At a call event: does this frame of a generator or coroutine go on in the middle of a line, rather than start?
/// `code` is the frame's.
bool is_resumed(PyFrameObject* frame, PyCodeObject* code) noexcept;

/// At the same event, of a generator or coroutine: does its frame run for the first time? Not so where an exception is
/// thrown into one that never ran.
bool is_beginning(PyFrameObject* frame, PyCodeObject* code) noexcept;
/// At a return event, of the same: does it yield or await, or was it left there by an exception?
bool is_yielding(PyFrameObject* frame, PyCodeObject* code) noexcept;

/// The frames that are open on a thread, the outermost first. Of the current thread, which must stay in them.
std::vector<PyFrameObject*> open_frames(PyThreadState* thread);

}  // namespace pyharness
