#pragma once

#include <stdexcept>
#include <string>

namespace pyharness {

/// A failure of pyharness itself, before or after the program ran. what() is one sentence for the user, the thing to do
/// first. Thrown by cold code only; main() catches it once.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Nobody reads any more what we write to a pipe.
class BrokenPipe : public Failure {
 public:
  using Failure::Failure;
};

/// Exit status of our own failures, the convention of timeout(1) and env(1): never mixed up with the program's.
inline constexpr int kOwnFailureStatus = 125;

/// "No such file or directory" for an errno value.
std::string error_text(int error_number);
/// The same as a sentence, and after it what helps, where that is known: "File too large. Raise the limit (ulimit -f)."
std::string error_sentence(int error_number);
/// What helps where there is no memory for us.
inline constexpr const char* kNoMemory = "there is no memory left. Free some, or raise the limit (ulimit -v).";

}  // namespace pyharness
