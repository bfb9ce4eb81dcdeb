#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/record/recording.h"
#include "harness/supervise/signal_relay.h"

namespace pyharness {

struct HostStart {
  std::string executable;
  std::vector<std::string> arguments;  // python's, from argv[0] on
  int arena = -1;                      // descriptor that the host inherits
  int inherited = -1;                  // another of ours that it keeps, under its number; -1: none
  // descriptors in the place of ours
  std::optional<int> input;   // stdin
  std::optional<int> output;  // stdout and stderr
  bool bare = false;          // it is an interpreter itself and no host: it gets no arena
};

struct HostEnd {
  Ending ending;
  rusage usage{};  // of the host and the children that it waited for
  CpuTimes children;
};

/// Starts the host with the signal mask and dispositions that we were started with. It dies when we do. Throws Failure.
pid_t start_host(const HostStart& start, const SignalRelay& relay);

/// A status as waitpid(2) has it.
Ending ending_of(int wait_status);

/// Collects the host, which has ended.
HostEnd reap_host(pid_t pid);

}  // namespace pyharness
