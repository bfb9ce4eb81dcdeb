#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace pyharness {

/// What a command said that ought to end soon.
struct BriefAnswer {
  std::string output;   // stdout and
  std::string errors;   // stderr, the first 64 KiB of each
  int start_error = 0;  // errno where it could not be started
  bool in_time = true;
};

/// Runs `command` (its first word is the path) with nothing on stdin, and waits until it has closed stdout and stderr,
/// has written more than 64 KiB to one of them, or `patience` is over. What is left of it and of what it started, as
/// far as that stayed in its process group, is killed then.
BriefAnswer answer_of(const std::vector<std::string>& command, std::chrono::milliseconds patience);

}  // namespace pyharness
