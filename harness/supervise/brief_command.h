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

/// Where a brief command runs otherwise than we do.
struct BriefStart {
  std::string executable;           // where that is not the command's first word
  const char* directory = nullptr;  // to work in
  int inherited = -1;               // a descriptor that it keeps, under its number
};

/// Runs `command` (its first word is the path) with nothing on stdin, and waits until it has closed stdout and stderr,
/// has written more than 64 KiB to one of them, or `patience` is over. What is left of it and of what it started, as
/// far as that stayed in its process group, is killed then.
BriefAnswer answer_of(const std::vector<std::string>& command, std::chrono::milliseconds patience,
                      const BriefStart& start = {});

/// Of an answer that does not say what it should: why, as the end of a sentence about "it".
std::string why_silent(const BriefAnswer& answer, std::chrono::seconds patience);

}  // namespace pyharness
