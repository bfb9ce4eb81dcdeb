#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pyharness {

/// Which code is watched.
struct WatchPlan {
  std::vector<std::string> only;     // patterns; empty: what the mode watches by default
  std::vector<std::string> exclude;  // patterns
  std::vector<std::string> roots;    // absolute directories of own code
  std::string module;                // of -m: its package is own code too
};

/// What the supervisor tells the host. It travels in the arena, so that arguments and environment stay python's.
struct HostPlan {
  std::string python;              // sys.executable
  std::string library;             // its libpython, for the host's shared flavour
  std::vector<std::string> modes;  // profilers to install
  WatchPlan watch;
  bool start_paused = false;
  std::map<std::string, std::string> engines;  // of modes that are not to use their first one
  std::map<std::string, std::string> options;  // of profilers, without dashes; an empty value for those that take none
};

/// As bytes for the arena, and back. plan_from_bytes throws Failure on bytes that are not a plan.
std::string to_bytes(const HostPlan& plan);
HostPlan plan_from_bytes(std::string_view bytes);

}  // namespace pyharness
