#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/record/recording.h"

namespace pyharness {

/// What a report says of a run beside what was recorded in it: known when it begins, and the same until it ends. It
/// lies in the arena beside the HostPlan, so that whoever holds an arena's bytes can make a recording of them.
struct RunContext {
  std::vector<std::string> argv;  // python's, from argv[0] on
  std::string target;             // "script.py", "-m module", "-c", "-"
  std::string root;               // directory of the program's own code
  std::vector<std::string> modes;
  std::string python_version;
  std::string python_executable;
  std::string hash_seed;  // PYTHONHASHSEED; empty where it is not set
  std::string cpu;        // of the machine
  std::uint64_t cores = 0;
  std::string kernel;
  std::string started_at;  // ISO 8601, UTC
  ClockSource clock = ClockSource::kSystem;
  bool keep_source = true;
  std::map<std::string, EventCosts> costs;  // of the hooks, as in the HostPlan
};

/// As bytes for the arena, and back. context_from_bytes throws Failure on bytes that are not a context.
std::string to_bytes(const RunContext& context);
RunContext context_from_bytes(std::string_view bytes);

}  // namespace pyharness
