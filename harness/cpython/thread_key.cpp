#include "harness/cpython/thread_key.h"

#include "harness/cpython/internals.h"

namespace pyharness {

bool is_thread_state_key([[maybe_unused]] unsigned key) noexcept {
#if PY_VERSION_HEX < 0x030C0000
  return key == static_cast<unsigned>(_PyRuntime.gilstate.autoTSSkey._key);
#else
  return false;
#endif
}

}  // namespace pyharness
