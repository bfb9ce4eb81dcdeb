#pragma once

#include <sys/single_threaded.h>

#include <atomic>

namespace pyharness {

/// A lock for sections of a few nanoseconds that nearly never meet. While the process has one thread it costs the load
/// of a byte. Not recursive; a section must not start a thread or fork.
class BriefLock {
 public:
  class [[nodiscard]] Hold {
   public:
    explicit Hold(BriefLock& lock) noexcept : lock_(__libc_single_threaded != 0 ? nullptr : &lock) {
      if (lock_ != nullptr && lock_->taken_.exchange(true, std::memory_order_acquire)) lock_->wait();
    }
    ~Hold() {
      if (lock_ != nullptr) lock_->taken_.store(false, std::memory_order_release);
    }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    BriefLock* lock_;
  };

  /// In a forked child: whoever held it is not there.
  void reset() noexcept { taken_.store(false, std::memory_order_relaxed); }

 private:
  /// Until it is taken.
  void wait() noexcept;

  std::atomic<bool> taken_ = false;
};

}  // namespace pyharness
