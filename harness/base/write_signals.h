#pragma once

#include <signal.h>

namespace pyharness {

/// While it lives, what this thread writes to a pipe that nobody reads, or beyond the limit on the size of files, is an
/// error (EPIPE, EFBIG) and no signal that would end us.
class NoWriteSignals {
 public:
  NoWriteSignals() noexcept;
  NoWriteSignals(const NoWriteSignals&) = delete;
  NoWriteSignals& operator=(const NoWriteSignals&) = delete;
  ~NoWriteSignals();

 private:
  sigset_t ours_;  // the two signals, without those that were pending already: they came from elsewhere
  sigset_t before_;
};

}  // namespace pyharness
