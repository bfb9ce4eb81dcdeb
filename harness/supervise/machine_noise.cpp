#include "harness/supervise/machine_noise.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

namespace pyharness {

MachineNoise machine_noise() {
  MachineNoise noise;
  noise.cores = static_cast<unsigned>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
  for (unsigned core = 0; core < noise.cores; ++core) {
    std::ifstream file(fmt::format("/sys/devices/system/cpu/cpu{}/cpufreq/scaling_governor", core));
    if (std::string governor; file >> governor) noise.governors.push_back(std::move(governor));
  }
  if (double load = 0; getloadavg(&load, 1) == 1) noise.load = load;
  return noise;
}

std::vector<std::string> warnings_of(const MachineNoise& noise) {
  std::vector<std::string> warnings;
  const auto varying = std::find_if(noise.governors.begin(), noise.governors.end(),
                                    [](const std::string& governor) { return governor != "performance"; });
  if (varying != noise.governors.end())
    warnings.push_back(
        fmt::format("The processor's clock speed varies (governor {}): times differ by it. For steady ones: cpupower "
                    "frequency-set -g performance.",
                    *varying));
  // We want a core for ourselves.
  if (noise.load + 1 > noise.cores && noise.load >= 0.5)
    warnings.push_back(fmt::format("Other programs run too (load {:.1f} on {} core{}): times are longer by it.",
                                   noise.load, noise.cores, noise.cores == 1 ? "" : "s"));
  return warnings;
}

}  // namespace pyharness
