#include "harness/supervise/hook_costs.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/output.h"
#include "harness/supervise/arena_file.h"
#include "harness/supervise/brief_command.h"
#include "harness/supervise/calibration.h"
#include "harness/supervise/calibration_program.h"
#include "harness/supervise/kept_answers.h"
#include "harness/supervise/run_facts.h"

namespace pyharness {
namespace {

constexpr std::string_view kCalibratedMode = "line";
constexpr std::chrono::seconds kPatience{10};

// In a host like the program's: no options, no environment of Python's, no site, nothing of the working directory.
std::vector<CalibrationLoop> run_program(const HostPlan& plan, const std::string& host, ClockSource clock) {
  RunContext context;
  context.clock = clock;
  const ArenaFile arena(plan, context, "");
  const BriefAnswer answer = answer_of({plan.python, "-I", "-S", "-B", "-c", kCalibrationProgram}, kPatience,
                                       {.executable = host, .directory = "/", .inherited = arena.descriptor()});
  std::optional<std::vector<CalibrationLoop>> loops = read_loops(answer.output);
  if (!loops) throw Failure(why_silent(answer, kPatience));
  return *std::move(loops);
}

Calibration measure(const std::string& engine, const Interpreter& interpreter, ClockSource clock) {
  HostPlan hooked;
  hooked.python = interpreter.executable;
  hooked.library = interpreter.library;
  HostPlan plain = hooked;
  hooked.modes = {std::string(kCalibratedMode)};
  if (!engine.empty()) hooked.engines.emplace(kCalibratedMode, engine);
  return calibrate([&](bool with_hooks) { return run_program(with_hooks ? hooked : plain, interpreter.host, clock); });
}

// What the costs hang on, as one line.
std::string identity_of(const std::string& engine, const Interpreter& interpreter, ClockSource clock) {
  static const std::string program = sha256(kCalibrationProgram);
  const std::string core = interpreter.library.empty() ? "" : interpreter.host + ".so";
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}\n", program, kCalibratedMode, engine, cpu_model(), name_of(clock),
                     file_identity(interpreter.host), file_identity(core), file_identity(interpreter.library));
}

std::string text_of(const EventCosts& costs) {
  std::string text;
  for (const auto& [kind, cost] : costs) text += fmt::format("{} {} {}\n", kind, cost.cost_ps, cost.error_ps);
  return text;
}

// Nothing where it is not exactly what text_of() writes.
std::optional<EventCosts> costs_in(const std::string& text) {
  EventCosts costs;
  std::istringstream words(text);
  std::string kind;
  for (EventCost cost; words >> kind >> cost.cost_ps >> cost.error_ps;) {
    if (cost.cost_ps > kMostEventPs || cost.error_ps > kMostEventPs) return std::nullopt;
    costs[kind] = cost;
  }
  const bool has_all = std::all_of(kLineEventKinds.begin(), kLineEventKinds.end(),
                                   [&](std::string_view name) { return costs.contains(std::string(name)); });
  return has_all && text == text_of(costs) ? std::optional(costs) : std::nullopt;
}

EventCosts kept_or_measured(const std::string& engine, const Interpreter& interpreter, ClockSource clock) {
  // By the path of the host, so that the next build's costs take the place of this one's.
  const std::string name =
      "costs-" + sha256(fmt::format("{}|{}|{}", interpreter.host, interpreter.library, engine)).substr(0, 16);
  const std::string identity = identity_of(engine, interpreter, clock);
  if (const auto kept = kept_answer(name); kept && kept->starts_with(identity)) {
    if (auto costs = costs_in(kept->substr(identity.size()))) return *std::move(costs);
  }
  Calibration calibration = measure(engine, interpreter, clock);
  if (calibration.steady) keep_answer(name, identity + text_of(calibration.costs));
  return std::move(calibration.costs);
}

}  // namespace

HookCosts hook_costs(const std::vector<std::string>& modes, const std::map<std::string, std::string>& engines,
                     const Interpreter& interpreter, ClockSource clock) {
  HookCosts result;
  for (const std::string& mode : modes) {
    if (mode != kCalibratedMode) continue;
    const auto engine = engines.find(mode);
    try {
      result.by_mode[mode] = kept_or_measured(engine == engines.end() ? "" : engine->second, interpreter, clock);
    } catch (const Failure& failure) {
      result.problem =
          fmt::format("What the hooks cost could not be measured, so no times are corrected: {}", failure.what());
    }
  }
  return result;
}

}  // namespace pyharness
