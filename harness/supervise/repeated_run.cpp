#include "harness/supervise/repeated_run.h"

#include <sys/stat.h>

#include <filesystem>
#include <new>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/record/merge.h"
#include "harness/record/statistics.h"
#include "harness/supervise/run.h"
#include "harness/supervise/run_facts.h"
#include "harness/supervise/verify.h"
#include "profilers/profiler.h"

namespace pyharness {
namespace {

namespace fs = std::filesystem;

// The directory that counts as the program's own.
std::string own_root(const Target& target) {
  std::error_code error;
  if (target.kind != Target::Kind::kScript) return fs::current_path(error).string();
  const fs::path real = fs::weakly_canonical(target.value, error);
  // A directory or a zip file with __main__.py is a root itself.
  if (error || fs::is_directory(real, error)) return real.string();
  return real.extension() == ".py" || real.extension().empty() ? real.parent_path().string() : real.string();
}

std::vector<std::string> own_roots(const Target& target, const std::string& root) {
  std::vector<std::string> roots{root};
  // A script may have any suffix, a zip file any name: its neighbours are own code too where it is a script.
  if (target.kind == Target::Kind::kScript) {
    std::error_code error;
    const fs::path real = fs::weakly_canonical(target.value, error);
    if (!error && fs::is_regular_file(real, error) && real.string() == root)
      roots.push_back(real.parent_path().string());
  }
  return roots;
}

std::vector<std::string> python_arguments(const RunPlan& plan, const Target& target, const std::string& python) {
  std::vector<std::string> arguments{python};
  arguments.insert(arguments.end(), plan.python_options.begin(), plan.python_options.end());
  switch (target.kind) {
    case Target::Kind::kModule:
      arguments.insert(arguments.end(), {"-m", target.value});
      break;
    case Target::Kind::kCommand:
      arguments.insert(arguments.end(), {"-c", target.value});
      break;
    case Target::Kind::kStdin:
    case Target::Kind::kScript:
      arguments.push_back(target.value);
      break;
  }
  arguments.insert(arguments.end(), target.arguments.begin(), target.arguments.end());
  return arguments;
}

// By what the links lead to: a virtual environment's python is the one that it was made of.
std::vector<KnownPython> pythons_to_follow(const Interpreter& chosen) {
  std::vector<KnownPython> pythons;
  for (const Interpreter& interpreter : {chosen, default_interpreter()}) {
    struct stat status {};
    if (!interpreter.host.empty() && stat(interpreter.executable.c_str(), &status) == 0)
      pythons.push_back({status.st_dev, status.st_ino, interpreter.host});
  }
  return pythons;
}

// An engine that was asked for must be there in this interpreter.
void check_engines(const RunPlan& plan, const Interpreter& interpreter) {
  const int minor = std::atoi(interpreter.version.c_str() + interpreter.version.find('.') + 1);
  for (const auto& [mode, name] : plan.engines) {
    for (const EngineInfo& engine : find_profiler(mode)->engines) {
      const bool works = minor >= engine.first_minor && minor <= engine.last_minor &&
                         (!engine.built_in_only || interpreter.library.empty());
      if (engine.name == name && !works)
        throw Failure(fmt::format("--engine {}={} does not work in Python {} ({}).", mode, name, interpreter.version,
                                  interpreter.executable));
    }
  }
}

HostPlan host_plan_of(const RunPlan& plan, const Target& target, const Interpreter& interpreter,
                      const std::string& root, const HookCosts& costs) {
  return {
      .python = interpreter.executable,
      .library = interpreter.library,
      .modes = plan.modes,
      .watch = {plan.only, plan.exclude, own_roots(target, root),
                target.kind == Target::Kind::kModule ? target.value : "",
                target.kind == Target::Kind::kCommand || target.kind == Target::Kind::kStdin},
      .follow = plan.follow && !plan.modes.empty() ? pythons_to_follow(interpreter) : std::vector<KnownPython>(),
      .start_paused = plan.start_paused,
      .timed = plan.timed,
      .engines = plan.engines,
      .options = plan.options,
      .costs = costs.by_mode,
  };
}

// As ZygotePlan has it.
std::string_view kind_name(Target::Kind kind) {
  switch (kind) {
    case Target::Kind::kScript:
      return "script";
    case Target::Kind::kModule:
      return "module";
    case Target::Kind::kCommand:
      return "command";
    case Target::Kind::kStdin:
      break;
  }
  return "stdin";
}

Interpreter interpreter_for(const RunPlan& plan, const std::string& python) {
  Interpreter interpreter = choose_interpreter(python);
  check_engines(plan, interpreter);
  return interpreter;
}

}  // namespace

RepeatedRun::RepeatedRun(const RunPlan& plan, Target target, const std::string& python)
    : plan_(plan),
      target_(std::move(target)),
      interpreter_(interpreter_for(plan, python)),
      clock_(best_clock_source()),
      costs_(hook_costs(plan.modes, plan.engines, interpreter_, clock_)),
      root_(own_root(target_)),
      argv_(python_arguments(plan, target_, interpreter_.executable)),
      host_plan_(host_plan_of(plan, target_, interpreter_, root_, costs_)) {}

RunContext RepeatedRun::context() const {
  RunContext context = context_of(target_, plan_, interpreter_, argv_, root_, clock_);
  context.costs = costs_.by_mode;
  return context;
}

const HostEnd& RepeatedRun::run(std::optional<int> input, SignalRelay& relay) {
  last_context_ = context();
  last_ = std::make_unique<ProgramRun>(host_plan_, last_context_, plan_.keep);
  const HostStart start{.executable = interpreter_.host, .arguments = argv_, .input = input, .output = std::nullopt};
  if (plan_.forks && !zygote_) {
    HostPlan plan = host_plan_;
    plan.zygote.kind = kind_name(target_.kind);
    plan.zygote.target = target_.value;
    zygote_.emplace(std::move(plan), last_context_, start, relay);
  }
  last_end_ = zygote_ ? last_->run(*zygote_, relay) : last_->run(start, relay);
  return last_end_;
}

// The program has ended: whatever fails now must not hide how.
void RepeatedRun::count() {
  if (last_->host_gave_up()) throw HostGaveUp();
  try {
    Recording one = last_->recording();
    if (recording_) {
      merge_into(*recording_, one);
    } else {
      recording_ = std::move(one);
      if (!costs_.problem.empty()) recording_->run.notes.push_back(costs_.problem);
      recording_->run.forks = zygote_.has_value();
      if (zygote_)
        recording_->run.notes.emplace_back(
            "Each run is a fork of a process that had started Python and done the imports at the program's head: "
            "neither is in these figures.");
    }
    ++counted_;
  } catch (const std::bad_alloc&) {
    throw RecordingLost(fmt::format("there is no report: {}", kNoMemory), last_end_.ending);
  } catch (const std::exception& error) {
    throw RecordingLost(fmt::format("there is no report: {}", error.what()), last_end_.ending);
  }
}

void RepeatedRun::verify(std::optional<int> input, SignalRelay& relay) noexcept {
  pyharness::verify(recording_->run, interpreter_, context(), input, relay);
}

std::optional<double> RepeatedRun::uncertainty() const {
  const auto* timer = recording_ ? recording_->find<TimerRuns>("timer") : nullptr;
  if (timer == nullptr) return std::nullopt;
  std::vector<double> times;
  for (const TimerRuns::Run& run : timer->good_runs()) {
    if (run.code_wall_ns) times.push_back(static_cast<double>(*run.code_wall_ns));
  }
  const std::optional<Interval> interval = median_interval(times);
  const double middle = times.empty() ? 0 : median(times);
  if (!interval || middle <= 0) return std::nullopt;
  return std::max(interval->high - middle, middle - interval->low) / middle;
}

}  // namespace pyharness
