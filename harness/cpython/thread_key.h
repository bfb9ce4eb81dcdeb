#pragma once

namespace pyharness {

/// Is this pthread key the one under which CPython keeps a thread's state? By 3.12 and later nobody asks: always false.
bool is_thread_state_key(unsigned key) noexcept;

}  // namespace pyharness
