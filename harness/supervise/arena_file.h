#pragma once

#include <cstddef>
#include <span>

#include "harness/record/arena_layout.h"
#include "harness/record/host_plan.h"

namespace pyharness {

/// The arena as the supervisor owns it: shared memory without a name, with the header and the plan written. Nothing of
/// it outlives the last process that maps it.
class ArenaFile {
 public:
  /// Throws Failure where there is no shared memory to be had.
  ArenaFile(const HostPlan& plan, std::uint32_t clock_source);
  ArenaFile(const ArenaFile&) = delete;
  ArenaFile& operator=(const ArenaFile&) = delete;
  ~ArenaFile();

  /// Not close-on-exec in the supervisor's child only: see launch_host().
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return {base_, size_}; }

 private:
  int descriptor_ = -1;
  std::byte* base_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace pyharness
