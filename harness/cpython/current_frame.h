#pragma once

#include <cstdint>

#include "harness/cpython/python.h"

namespace pyharness {

/// Which frame of the calling thread runs? Its address, which identifies it for as long as it runs, also from one
/// resumption of a generator to the next event in it. Needs the interpreter lock. On 3.12 and later.
inline std::uint64_t current_frame_key() noexcept {
  const PyThreadState* thread = PyThreadState_Get();
#if PY_VERSION_HEX >= 0x030D0000
  return reinterpret_cast<std::uint64_t>(thread->current_frame);
#elif PY_VERSION_HEX >= 0x030C0000
  return reinterpret_cast<std::uint64_t>(thread->cframe->current_frame);
#else
  return reinterpret_cast<std::uint64_t>(PyEval_GetFrame());
#endif
}

}  // namespace pyharness
