#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/recording.h"

namespace pyharness {

/// Which code is watched.
struct WatchPlan {
  std::vector<std::string> only;     // patterns; empty: what the mode watches by default
  std::vector<std::string> exclude;  // patterns
  std::vector<std::string> roots;    // absolute directories of own code
  std::string module;                // of -m: its package is own code too
  bool commands = true;              // code of -c and of stdin is own code
};

/// An interpreter that a host stands in for, where the program starts it.
struct KnownPython {
  std::uint64_t device = 0;  // of its executable, with `inode`: whatever links lead there
  std::uint64_t inode = 0;
  std::string host;
};

/// How a host comes by its repetitions where they are forks of it: the one that waits is called a zygote.
struct ZygotePlan {
  int socket = -1;     // inherited, to the supervisor; -1: the host runs the program itself
  std::string kind;    // of target: "script", "module", "command", or anything else, whose imports are not looked at
  std::string target;  // file, module or code
};

/// What the supervisor tells the host. It travels in the arena, so that arguments and environment stay python's.
struct HostPlan {
  std::string python;              // sys.executable
  std::string library;             // its libpython, for the host's shared flavour
  std::vector<std::string> modes;  // profilers to install
  WatchPlan watch;
  std::vector<KnownPython> follow;  // empty where child pythons are left alone
  bool start_paused = false;
  std::vector<std::string> timed{};            // patterns of functions whose calls are timed
  std::map<std::string, std::string> engines;  // of modes that are not to use their first one
  std::map<std::string, std::string> options;  // of profilers, without dashes; an empty value for those that take none
  ZygotePlan zygote{};
  std::map<std::string, EventCosts> costs;  // of the hooks, by mode; nothing for a mode where that is not known
};

/// As bytes for the arena, and back. plan_from_bytes throws Failure on bytes that are not a plan.
std::string to_bytes(const HostPlan& plan);
HostPlan plan_from_bytes(std::string_view bytes);

}  // namespace pyharness
