#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/host_plan.h"

namespace pyharness {

/// The kinds of events that line mode's costs are known for, in the order in which they are found out: each loop of the
/// calibration program has events of one kind that those before it have not.
inline constexpr std::array<std::string_view, 4> kLineEventKinds = {"line", "call", "resume", "unwatched"};

/// No event costs more, 100 us: else the machine stood still meanwhile.
inline constexpr std::uint64_t kMostEventPs = 100'000'000;

/// What one loop of calibration_program.py did.
struct CalibrationLoop {
  std::string name;
  std::uint64_t turns = 0;                                     // of a repetition
  std::array<std::uint64_t, kLineEventKinds.size()> events{};  // of a repetition, by kind
  std::vector<std::uint64_t> times_ns;                         // of each repetition
};

/// Reads what the program wrote. Nothing where that is not its output, whole.
std::optional<std::vector<CalibrationLoop>> read_loops(const std::string& output);

/// Runs the calibration program under the hooks, or without them. May throw Failure.
using CalibrationRun = std::function<std::vector<CalibrationLoop>(bool hooked)>;

struct Calibration {
  EventCosts costs;    // of each of kLineEventKinds
  bool steady = true;  // false where the error is larger than the cost of a line: not worth to be kept
};

/// Runs the program in turn under the hooks and without, and finds from the difference what one event of each kind
/// costs. The best repetition counts; how far the others are off, and how far loops that ought to agree do not, is the
/// error. Throws Failure where the figures cannot be true.
Calibration calibrate(const CalibrationRun& run);

}  // namespace pyharness
