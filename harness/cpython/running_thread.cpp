#include "harness/cpython/current_frame.h"
#include "harness/cpython/internals.h"

namespace pyharness {

RunningThread running_thread() noexcept {
  return reinterpret_cast<RunningThread>(&_PyRuntime.gilstate.tstate_current._value);
}

}  // namespace pyharness
