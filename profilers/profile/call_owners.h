#pragma once

#include <cstdint>
#include <vector>

namespace pyharness {

/// Who saw the C calls begin that are open on a thread: we, or a profiler of the program's that has our place for a
/// while. CPython tells the end of a call to whoever is there then; without us it would not tell the program's profiler
/// of the end of a call that nobody saw begin, sys.setprofile() itself the first of them. Of one thread.
class CallOwners {
 public:
  void enter() noexcept { ++open_; }

  /// The innermost C call ends. Whether who is there now saw it begin.
  bool leave() noexcept {
    if (open_ == 0) return leave_older();
    --open_;
    return true;
  }

  /// What leave() would answer.
  [[nodiscard]] bool would_see_end() const noexcept {
    if (open_ != 0) return true;
    bool same = false;
    for (auto run = older_.rbegin(); run != older_.rend(); ++run, same = !same) {
      if (*run != 0) return same;
    }
    return false;
  }

  /// We give way to the program's profiler, or come back. Throws std::bad_alloc.
  void change() {
    // A run of the other one that has ended meanwhile joins its neighbours, so that these stay few.
    while (older_.size() >= 2 && older_.back() == 0) {
      open_ += older_[older_.size() - 2];
      older_.resize(older_.size() - 2);
    }
    older_.push_back(open_);
    open_ = 0;
  }

 private:
  bool leave_older() noexcept {
    bool same = false;
    for (auto run = older_.rbegin(); run != older_.rend(); ++run, same = !same) {
      if (*run == 0) continue;
      --*run;
      return same;
    }
    return false;
  }

  std::uint32_t open_ = 0;            // since the last change
  std::vector<std::uint32_t> older_;  // before it, between changes: in turn ours and the program's
};

}  // namespace pyharness
