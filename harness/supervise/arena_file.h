#pragma once

#include <cstddef>
#include <span>

#include "harness/record/arena_layout.h"
#include "harness/record/arena_writer.h"
#include "harness/record/host_plan.h"
#include "harness/record/run_context.h"
#include "harness/supervise/host_process.h"
#include "harness/supervise/kept_file.h"

namespace pyharness {

/// The arena as the supervisor owns it: shared memory without a name, with the header, the plan and the context
/// written. Nothing of it outlives the last process that maps it.
class ArenaFile {
 public:
  /// `keep` is the path of the file that is kept, empty for memory without a name. Throws Failure where there is no
  /// shared memory to be had, or no such file.
  ArenaFile(const HostPlan& plan, const RunContext& context, const std::string& keep);
  ArenaFile(const ArenaFile&) = delete;
  ArenaFile& operator=(const ArenaFile&) = delete;
  ~ArenaFile();

  /// Not close-on-exec in the supervisor's child only: see launch_host().
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return {base_, size_}; }

  /// For what the supervisor writes itself while the program runs.
  [[nodiscard]] ArenaWriter writer() const { return ArenaWriter({base_, size_}); }

  // How the run goes, for whoever else reads the arena.
  void note_start(pid_t host, ClockPair began);
  void note_alive(ClockPair now);
  /// A file that is kept is cut to what is in use: what a child that outlives the program claims later is refused.
  void note_end(const HostEnd& end, ClockPair ended);

 private:
  [[nodiscard]] ArenaHeader& header() const { return *reinterpret_cast<ArenaHeader*>(base_); }

  KeptFile kept_;
  Descriptor nameless_;
  int descriptor_ = -1;  // of one of the two
  std::byte* base_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace pyharness
