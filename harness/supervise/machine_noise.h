#pragma once

#include <string>
#include <vector>

namespace pyharness {

/// What there is on a machine that makes times differ from one run to the next.
struct MachineNoise {
  std::vector<std::string>
      governors;    // how the kernel sets the clock speed of each processor; empty where it does not say
  double load = 0;  // processes that ran or wanted to, on average of the last minute
  unsigned cores = 1;
};

/// This machine's, as it is now.
MachineNoise machine_noise();

/// What a reader of times ought to know of it: sentences, none where it is quiet.
std::vector<std::string> warnings_of(const MachineNoise& noise);

}  // namespace pyharness
