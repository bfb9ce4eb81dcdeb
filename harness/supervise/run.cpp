#include "harness/supervise/run.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <new>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/nameless_file.h"
#include "harness/base/output.h"
#include "harness/base/standard_streams.h"
#include "harness/record/merge.h"
#include "harness/supervise/hook_costs.h"
#include "harness/supervise/interpreter.h"
#include "harness/supervise/program_run.h"
#include "harness/supervise/run_facts.h"
#include "harness/supervise/signal_relay.h"
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

std::vector<std::string> python_arguments(const RunPlan& plan, const std::string& python) {
  std::vector<std::string> arguments{python};
  arguments.insert(arguments.end(), plan.python_options.begin(), plan.python_options.end());
  switch (plan.target.kind) {
    case Target::Kind::kModule:
      arguments.insert(arguments.end(), {"-m", plan.target.value});
      break;
    case Target::Kind::kCommand:
      arguments.insert(arguments.end(), {"-c", plan.target.value});
      break;
    case Target::Kind::kStdin:
    case Target::Kind::kScript:
      arguments.push_back(plan.target.value);
      break;
  }
  arguments.insert(arguments.end(), plan.target.arguments.begin(), plan.target.arguments.end());
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

/// stdin for several runs: read once, given to each from its beginning. A terminal is left as it is.
class StdinSpool {
 public:
  explicit StdinSpool(bool wanted) {
    if (!wanted || isatty(STDIN_FILENO) == 1 || !is_open(STDIN_FILENO)) return;
    descriptor_ = open_nameless_file("stdin");
    const int error = descriptor_ < 0 ? errno : write_all(descriptor_, read_file("-"));
    if (error != 0) throw Failure(fmt::format("stdin cannot be kept for the repetitions: {}", error_sentence(error)));
  }
  StdinSpool(const StdinSpool&) = delete;
  StdinSpool& operator=(const StdinSpool&) = delete;
  ~StdinSpool() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  std::optional<int> rewound() const {
    if (descriptor_ < 0) return std::nullopt;
    lseek(descriptor_, 0, SEEK_SET);
    return descriptor_;
  }

 private:
  int descriptor_ = -1;
};

// The program has ended: whatever fails now must not hide how.
void add_run(std::optional<Recording>& result, const ProgramRun& run, const Ending& ending) {
  try {
    Recording one = run.recording();
    if (result) {
      merge_into(*result, one);
    } else {
      result = std::move(one);
    }
  } catch (const std::bad_alloc&) {
    throw RecordingLost(fmt::format("there is no report: {}", kNoMemory), ending);
  } catch (const std::exception& error) {
    throw RecordingLost(fmt::format("there is no report: {}", error.what()), ending);
  }
}

bool failed(const Ending& ending) { return ending.signal || ending.exit_status.value_or(0) != 0; }

}  // namespace

Recording run_program(const RunPlan& plan, const RunObserver& before_run) {
  const Interpreter interpreter = choose_interpreter(plan.python);
  check_engines(plan, interpreter);
  const ClockSource clock = best_clock_source();
  const HookCosts costs = hook_costs(plan.modes, plan.engines, interpreter, clock);
  const std::string root = own_root(plan.target);
  const HostPlan host_plan{
      .python = interpreter.executable,
      .library = interpreter.library,
      .modes = plan.modes,
      .watch = {plan.only, plan.exclude, own_roots(plan.target, root),
                plan.target.kind == Target::Kind::kModule ? plan.target.value : "",
                plan.target.kind == Target::Kind::kCommand || plan.target.kind == Target::Kind::kStdin},
      .follow = plan.follow && !plan.modes.empty() ? pythons_to_follow(interpreter) : std::vector<KnownPython>(),
      .start_paused = plan.start_paused,
      .engines = plan.engines,
      .options = plan.options,
      .costs = costs.by_mode,
  };
  const std::vector<std::string> argv = python_arguments(plan, interpreter.executable);
  const unsigned counted = plan.warmup + plan.repeat;
  const unsigned total = counted + (plan.verify ? 1 : 0);
  const StdinSpool spool(total > 1);
  SignalRelay relay;

  std::optional<Recording> result;
  std::uint64_t last_wall_ns = 0;
  unsigned number = 1;
  for (; number <= counted; ++number) {
    if (before_run) before_run(number, total, last_wall_ns);
    RunContext context = context_of(plan, interpreter, argv, root, clock);
    context.costs = costs.by_mode;
    ProgramRun run(host_plan, context, plan.keep);
    const HostEnd& end = run.run({interpreter.host, argv, -1, spool.rewound(), std::nullopt}, relay);
    last_wall_ns = run.wall_ns();
    const bool stop = failed(end.ending);
    if (!plan.verify && (number == counted || stop)) relay.let_user_interrupt();
    if (number <= plan.warmup && !stop) continue;
    if (run.host_gave_up()) throw HostGaveUp();
    add_run(result, run, end.ending);
    if (stop) break;
  }
  if (number < counted)
    result->run.notes.push_back(fmt::format("Stopped after run {} of {}, which failed.", number, counted));
  if (!costs.problem.empty()) result->run.notes.push_back(costs.problem);
  if (plan.verify) {
    if (before_run) before_run(total, total, last_wall_ns);
    verify(result->run, interpreter, context_of(plan, interpreter, argv, root, clock), spool.rewound(), relay);
    relay.let_user_interrupt();
  }
  return std::move(*result);
}

}  // namespace pyharness
