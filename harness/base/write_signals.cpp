#include "harness/base/write_signals.h"

#include <cerrno>
#include <ctime>
#include <initializer_list>

namespace pyharness {

NoWriteSignals::NoWriteSignals() noexcept {
  sigset_t pending;
  sigset_t both;
  sigpending(&pending);
  sigemptyset(&both);
  sigemptyset(&ours_);
  for (const int signal : {SIGPIPE, SIGXFSZ}) {
    sigaddset(&both, signal);
    if (sigismember(&pending, signal) == 0) sigaddset(&ours_, signal);
  }
  pthread_sigmask(SIG_BLOCK, &both, &before_);
}

NoWriteSignals::~NoWriteSignals() {
  const int error = errno;
  constexpr timespec kNow{0, 0};
  while (sigtimedwait(&ours_, nullptr, &kNow) > 0) {
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  errno = error;
}

}  // namespace pyharness
