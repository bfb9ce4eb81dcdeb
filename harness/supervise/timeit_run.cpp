#include "harness/supervise/timeit_run.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "harness/base/descriptor.h"
#include "harness/base/error.h"
#include "harness/base/nameless_file.h"
#include "harness/base/output.h"
#include "harness/record/merge.h"
#include "harness/supervise/interpreter.h"
#include "harness/supervise/machine_noise.h"
#include "harness/supervise/program_run.h"
#include "harness/supervise/run_facts.h"
#include "harness/supervise/timeit_program.h"
#include "harness/supervise/timeit_results.h"

namespace pyharness {
namespace {

using Words = std::vector<std::string>;

constexpr unsigned kUsualDigits = 3;

void append(Words& words, const Words& more) { words.insert(words.end(), more.begin(), more.end()); }

/// The processes of one plan, one after the other.
class Timing {
 public:
  explicit Timing(const TimeitPlan& plan)
      : plan_(plan), interpreter_(choose_interpreter(plan.python)), clock_(best_clock_source()) {
    host_plan_.python = interpreter_.executable;
    host_plan_.library = interpreter_.library;
    for (const std::string& statement : plan.statements)
      timeit_.statements.push_back({statement, plan.setup, plan.loops, {}, 0, {}});
    timeit_.clock = plan.clock;
  }

  /// Returns whether it went well; then its figures are added.
  bool run_process(SignalRelay& relay) {
    const Descriptor results(open_nameless_file("timeit"));
    if (!results) throw Failure(fmt::format("there is no room for the results: {}", error_sentence(errno)));
    const RunContext context =
        context_of({Target::Kind::kModule, "timeit", {}}, as_run(), interpreter_, python_words(), root(), clock_);
    ProgramRun run(host_plan_, context, "");
    // No hook is wanted, so there is no need of a host: the figures are those of the interpreter itself.
    run.run({.executable = interpreter_.executable,
             .arguments = program_words(results.get()),
             .arena = -1,
             .inherited = results.get(),
             .input = {},
             .output = {},
             .bare = true},
            relay);
    Recording process = run.recording();
    process.run.processes = {
        {run.pid(), getpid(), ProcessInfo::Start::kRun, ProcessInfo::State::kGone, context.argv, process.run.ending}};
    add(std::move(process));
    if (result_->run.ending.failed()) return false;
    lseek(results.get(), 0, SEEK_SET);
    const auto timed = read_timed(read_rest(results.get(), "the results"), plan_.statements.size(), plan_.repeats);
    if (!timed) throw Failure("there is no result: the statement ended its process before it was timed.");
    add(*timed);
    return true;
  }

  Recording take() {
    if (!result_->run.ending.failed()) result_->sections.push_back({"timeit", std::move(timeit_)});
    return std::move(*result_);
  }

 private:
  static std::string root() {
    std::error_code error;
    return std::filesystem::current_path(error).string();
  }

  static RunPlan as_run() {
    RunPlan plan;
    plan.modes = {"timeit"};
    plan.keep_source = false;
    return plan;
  }

  // As the recording says it.
  Words python_words() const {
    Words words{interpreter_.executable};
    append(words, plan_.python_options);
    append(words, {"-m", "timeit"});
    append(words, plan_.words);
    return words;
  }

  Words program_words(int results) const {
    std::string loops;
    for (const auto& statement : timeit_.statements)
      if (statement.loops != 0) loops += fmt::format("{}{}", loops.empty() ? "" : ",", statement.loops);
    const unsigned verbose = plan_.presentation.verbose;
    Words words{interpreter_.executable};
    append(words, plan_.python_options);
    append(words, {"-c", kTimeitProgram, std::to_string(results), loops, std::to_string(plan_.repeats),
                   plan_.clock == TimeitStatements::Clock::kCpu ? "cpu" : "wall",
                   std::to_string(verbose == 0 ? 0 : kUsualDigits + verbose - 1),
                   std::to_string(plan_.statements.size()), plan_.setup});
    append(words, plan_.statements);
    append(words, plan_.words);
    return words;
  }

  void add(Recording process) {
    if (result_) {
      merge_into(*result_, process);
    } else {
      result_ = std::move(process);
    }
  }

  void add(const std::vector<TimedStatement>& timed) {
    for (std::size_t i = 0; i < timed.size(); ++i) {
      TimeitStatements::Statement& statement = timeit_.statements[i];
      const std::uint64_t empty = *std::min_element(timed[i].empties_ns.begin(), timed[i].empties_ns.end());
      statement.loop_cost_ns = statement.processes.empty() ? empty : std::min(statement.loop_cost_ns, empty);
      statement.loops = timed[i].loops;
      statement.totals_ns.insert(statement.totals_ns.end(), timed[i].totals_ns.begin(), timed[i].totals_ns.end());
      statement.processes.push_back(timed[i].totals_ns.size());
    }
  }

  const TimeitPlan& plan_;
  Interpreter interpreter_;
  ClockSource clock_;
  HostPlan host_plan_;
  TimeitStatements timeit_;
  std::optional<Recording> result_;
};

}  // namespace

Recording time_statements(const TimeitPlan& plan) {
  const std::vector<std::string> warnings = warnings_of(machine_noise());  // before we are the load
  Timing timing(plan);
  SignalRelay relay;
  for (unsigned number = 1; number <= plan.processes && timing.run_process(relay); ++number) {
  }
  relay.let_user_interrupt();
  Recording recording = timing.take();
  recording.run.notes.insert(recording.run.notes.end(), warnings.begin(), warnings.end());
  return recording;
}

}  // namespace pyharness
