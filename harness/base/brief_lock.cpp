#include "harness/base/brief_lock.h"

#include <time.h>

#include <cerrno>

namespace pyharness {

void BriefLock::wait() noexcept {
  constexpr int kSpins = 200;
  constexpr timespec kPause{0, 50'000};
  const int error = errno;
  do {
    // Whoever holds it may wait for this very processor: a real pause, since yielding gives way to no lower priority.
    for (int spin = 0; taken_.load(std::memory_order_relaxed); ++spin) {
      if (spin >= kSpins) nanosleep(&kPause, nullptr);
    }
  } while (taken_.exchange(true, std::memory_order_acquire));
  errno = error;
}

}  // namespace pyharness
