#include "harness/supervise/run_facts.h"

#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

namespace pyharness {
namespace {

std::string target_text(const Target& target) {
  switch (target.kind) {
    case Target::Kind::kModule:
      return "-m " + target.value;
    case Target::Kind::kCommand:
      return "-c";
    case Target::Kind::kStdin:
      return "-";
    case Target::Kind::kScript:
      break;
  }
  return target.value;
}

std::string read_cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(std::min(line.find(": ") + 2, line.size()));
  }
  return {};
}

}  // namespace

const std::string& cpu_model() {
  static const std::string model = read_cpu_model();
  return model;
}

RunContext context_of(const Target& target, const RunPlan& plan, const Interpreter& interpreter,
                      std::vector<std::string> argv, std::string root, ClockSource clock) {
  const char* seed = std::getenv("PYTHONHASHSEED");
  utsname system{};
  return {
      .argv = std::move(argv),
      .target = target_text(target),
      .root = std::move(root),
      .modes = plan.modes,
      .python_version = interpreter.version,
      .python_executable = interpreter.executable,
      .hash_seed = seed == nullptr ? "" : seed,
      .cpu = cpu_model(),
      .cores = static_cast<std::uint64_t>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN))),
      .kernel = uname(&system) == 0 ? system.release : "",
      .started_at = utc_now(),
      .clock = clock,
      .keep_source = plan.keep_source,
      .costs = {},
  };
}

std::string utc_now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  tm calendar{};
  gmtime_r(&now.tv_sec, &calendar);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", calendar.tm_year + 1900, calendar.tm_mon + 1,
                     calendar.tm_mday, calendar.tm_hour, calendar.tm_min, calendar.tm_sec, now.tv_nsec / 1000);
}

}  // namespace pyharness
