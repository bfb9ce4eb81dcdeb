#include "harness/supervise/calibration.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <fmt/format.h>

#include "harness/base/error.h"

namespace pyharness {
namespace {

constexpr double kPicoseconds = 1000;  // in a nanosecond
constexpr int kRounds = 2;
constexpr std::size_t kMostLoops = 32;
constexpr std::size_t kMostTimes = 1000;

/// A time in picoseconds, and how far it may be off.
struct Measured {
  double value = 0;
  double error = 0;
};

// The best repetition. An eighth of the others came within the error.
Measured best_of(std::vector<std::uint64_t> times_ns) {
  std::sort(times_ns.begin(), times_ns.end());
  const auto least = static_cast<double>(times_ns.front());
  return {least * kPicoseconds, (static_cast<double>(times_ns[times_ns.size() / 8]) - least) * kPicoseconds};
}

/// A loop with what its hooks took, in one repetition.
struct Hooked {
  const CalibrationLoop* loop;
  Measured cost;
};

void append_times(std::vector<CalibrationLoop>& into, const std::vector<CalibrationLoop>& more) {
  if (into.empty()) into.resize(more.size());
  if (into.size() != more.size()) throw Failure("its loops are others each time.");
  for (std::size_t i = 0; i < more.size(); ++i) {
    std::vector<std::uint64_t> times = std::move(into[i].times_ns);
    times.insert(times.end(), more[i].times_ns.begin(), more[i].times_ns.end());
    into[i] = more[i];
    into[i].times_ns = std::move(times);
  }
}

std::vector<Hooked> differences(const std::vector<CalibrationLoop>& hooked, const std::vector<CalibrationLoop>& plain) {
  if (hooked.size() != plain.size()) throw Failure("its loops are others each time.");
  std::vector<Hooked> all;
  for (std::size_t i = 0; i < hooked.size(); ++i) {
    if (hooked[i].name != plain[i].name || hooked[i].events != plain[i].events)
      throw Failure("its loops are others each time.");
    const Measured with = best_of(hooked[i].times_ns);
    const Measured without = best_of(plain[i].times_ns);
    all.push_back({&hooked[i], {with.value - without.value, with.error + without.error}});
  }
  return all;
}

// The last kind of event that the loop has.
std::size_t unknown_of(const CalibrationLoop& loop) {
  std::size_t kind = loop.events.size();
  while (kind > 0 && loop.events[kind - 1] == 0) --kind;
  if (kind == 0) throw Failure(fmt::format("its loop {} has no events.", loop.name));
  return kind - 1;
}

// One event of `kind`, from a loop all of whose other events are known.
Measured cost_of(const Hooked& hooked, std::size_t kind, const std::vector<Measured>& known) {
  Measured rest = hooked.cost;
  for (std::size_t i = 0; i < kind; ++i) {
    const auto count = static_cast<double>(hooked.loop->events[i]);
    rest.value -= count * known[i].value;
    rest.error += count * known[i].error;
  }
  const auto count = static_cast<double>(hooked.loop->events[kind]);
  return {rest.value / count, rest.error / count};
}

// Loops with the same unknown ought to agree. What they do not is no noise: no line is like another.
Measured common(const std::vector<Measured>& all) {
  Measured sum;
  double least = all.front().value;
  double most = least;
  for (const Measured& one : all) {
    sum.value += one.value / static_cast<double>(all.size());
    sum.error = std::max(sum.error, one.error);
    least = std::min(least, one.value);
    most = std::max(most, one.value);
  }
  sum.error += (most - least) / 2;
  return sum;
}

EventCost sane(std::string_view kind, const Measured& cost) {
  if (!(cost.value + cost.error >= 0) || !(std::max(cost.value, cost.error) < static_cast<double>(kMostEventPs)))
    throw Failure(fmt::format("a '{}' event would take {:.1f} ns.", kind, cost.value / kPicoseconds));
  return {.count = 0,
          .cost_ps = static_cast<std::uint64_t>(std::llround(std::max(0.0, cost.value))),
          .error_ps = static_cast<std::uint64_t>(std::llround(cost.error))};
}

}  // namespace

std::optional<std::vector<CalibrationLoop>> read_loops(const std::string& output) {
  std::vector<CalibrationLoop> loops;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line) && loops.size() < kMostLoops;) {
    std::istringstream words(line);
    CalibrationLoop loop;
    words >> loop.name >> loop.turns;
    for (std::uint64_t& count : loop.events) words >> count;
    const bool begun = !words.fail();
    for (std::uint64_t time = 0; loop.times_ns.size() < kMostTimes && words >> time;) loop.times_ns.push_back(time);
    if (!begun || loop.times_ns.empty() || !words.eof()) return std::nullopt;
    loops.push_back(std::move(loop));
  }
  if (loops.empty() || !output.ends_with('\n')) return std::nullopt;
  return loops;
}

Calibration calibrate(const CalibrationRun& run) {
  std::vector<CalibrationLoop> hooked;
  std::vector<CalibrationLoop> plain;
  for (int round = 0; round < kRounds; ++round) {
    append_times(hooked, run(true));
    append_times(plain, run(false));
  }
  const std::vector<Hooked> loops = differences(hooked, plain);
  Calibration result;
  std::vector<Measured> known;
  for (std::size_t kind = 0; kind < kLineEventKinds.size(); ++kind) {
    std::vector<Measured> found;
    for (const Hooked& loop : loops) {
      if (unknown_of(*loop.loop) == kind) found.push_back(cost_of(loop, kind, known));
    }
    if (found.empty()) throw Failure(fmt::format("no loop has '{}' events.", kLineEventKinds[kind]));
    result.costs.emplace(kLineEventKinds[kind], sane(kLineEventKinds[kind], common(found)));
    // The loops that follow have the simplest of events beside their own, as the first has.
    known.push_back({std::max(0.0, found.front().value), found.front().error});
  }
  const EventCost& line = result.costs.at(std::string(kLineEventKinds.front()));
  result.steady = line.error_ps <= line.cost_ps;
  return result;
}

}  // namespace pyharness
