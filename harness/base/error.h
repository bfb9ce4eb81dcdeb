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

/// Exit status of our own failures, the convention of timeout(1) and env(1): never mixed up with the program's.
inline constexpr int kOwnFailureStatus = 125;

/// "No such file or directory" for an errno value.
std::string error_text(int error_number);

}  // namespace pyharness
