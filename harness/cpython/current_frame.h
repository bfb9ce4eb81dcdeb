#pragma once

#include <cstdint>

#include "harness/cpython/python.h"

namespace pyharness {

// Which frame of the calling thread runs? Its address, which identifies it for as long as it runs, also from one
// resumption of a generator to the next event in it. Needs the interpreter lock.

#if PY_VERSION_HEX >= 0x030C0000
inline std::uint64_t current_frame_key() noexcept {
  const PyThreadState* thread = PyThreadState_Get();
#if PY_VERSION_HEX >= 0x030D0000
  return reinterpret_cast<std::uint64_t>(thread->current_frame);
#else
  return reinterpret_cast<std::uint64_t>(thread->cframe->current_frame);
#endif
}
/// The same on every version, for those who do not ask at every line.
inline std::uint64_t any_frame_key() noexcept { return current_frame_key(); }
#else
/// Where CPython keeps the state of the thread that has the interpreter lock. Looked up once, by who asks at every
/// line.
using RunningThread = const PyThreadState* const volatile*;
RunningThread running_thread() noexcept;

inline std::uint64_t current_frame_key(RunningThread running) noexcept {
  return reinterpret_cast<std::uint64_t>((*running)->cframe->current_frame);
}
inline std::uint64_t any_frame_key() noexcept {
  static const RunningThread running = running_thread();
  return current_frame_key(running);
}
#endif

}  // namespace pyharness
