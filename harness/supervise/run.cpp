#include "harness/supervise/run.h"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/nameless_file.h"
#include "harness/base/output.h"
#include "harness/base/standard_streams.h"
#include "harness/supervise/repeated_run.h"
#include "harness/supervise/signal_relay.h"

namespace pyharness {
namespace {

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

// The one to run beside it: of the same kind, with the same arguments.
Target other_target(const RunPlan& plan) {
  Target target = plan.target;
  if (!plan.against->target.empty()) target.value = plan.against->target;
  return target;
}

std::string percent(double share) { return fmt::format("{:.2g} %", 100 * share); }

// Whether all medians are known as well as --until wants.
bool certain(const std::vector<RepeatedRun*>& sides, double until) {
  return until > 0 && std::all_of(sides.begin(), sides.end(), [&](const RepeatedRun* side) {
           return side->uncertainty().value_or(until + 1) <= until;
         });
}

void note_certainty(RepeatedRun& side, const RunPlan& plan) {
  const std::optional<double> uncertainty = side.uncertainty();
  std::vector<std::string>& notes = side.recording()->run.notes;
  if (uncertainty && *uncertainty <= plan.until) {
    notes.push_back(
        fmt::format("After {} runs the median is known to within {}.", side.counted(), percent(*uncertainty)));
  } else if (uncertainty) {
    notes.push_back(fmt::format("--until {} was not reached in {} runs: the median is known to within {}.",
                                percent(plan.until), side.counted(), percent(*uncertainty)));
  } else {
    notes.push_back(fmt::format("--until {} was not reached: {} run{} too few to know the median.", percent(plan.until),
                                side.counted(), side.counted() == 1 ? " is" : "s are"));
  }
}

std::string stopped_text(unsigned round, const RunPlan& plan) {
  if (round <= plan.warmup)
    return fmt::format("Stopped after warm-up {} of {}, which failed: the figures are its.", round, plan.warmup);
  const unsigned number = round - plan.warmup;
  if (number == 1) return fmt::format("Stopped after run 1 of {}, which failed.", plan.repeat);
  return fmt::format("Stopped after run {} of {}, which failed: its time is in none of min, median and max.", number,
                     plan.repeat);
}

// A pattern that fits nothing, for a word of it is wrong, would else be met with silence.
void note_untimed(RepeatedRun& side, const RunPlan& plan) {
  const auto* timer = side.recording() ? side.recording()->find<TimerRuns>("timer") : nullptr;
  if (plan.timed.empty() || timer == nullptr || !timer->timers.empty()) return;
  side.recording()->run.notes.push_back(fmt::format(
      "No call was timed: no Python function that ran matches --time {}. Name a file, a module, module:function or "
      ":function.",
      fmt::join(plan.timed, ", ")));
}

}  // namespace

RunResult run_program(const RunPlan& plan, const RunObserver& before_run) {
  RepeatedRun target(plan, plan.target, plan.python);
  std::optional<RepeatedRun> against;
  std::vector<RepeatedRun*> sides{&target};
  if (plan.against) {
    const std::string& python = plan.against->python;
    sides.push_back(&against.emplace(plan, other_target(plan), python.empty() ? plan.python : python));
  }
  const unsigned rounds = plan.warmup + plan.repeat;
  const unsigned total = rounds * static_cast<unsigned>(sides.size()) + (plan.verify ? 1 : 0);
  const StdinSpool spool(total > 1);
  SignalRelay relay;

  unsigned number = 0;
  std::uint64_t last_wall_ns = 0;
  const auto tell = [&] {
    if (before_run) before_run(++number, total, last_wall_ns);
  };
  Ending ending;
  unsigned round = 1;
  const auto run_side = [&](RepeatedRun& side, bool is_last) {
    tell();
    ending = side.run(spool.rewound(), relay).ending;
    last_wall_ns = side.last_wall_ns();
    if (!plan.verify && (is_last || ending.failed())) relay.let_user_interrupt();
    if (round > plan.warmup || ending.failed()) side.count();
    if (ending.failed() && round < rounds) side.recording()->run.notes.push_back(stopped_text(round, plan));
    return !ending.failed();
  };
  for (bool going = true; going && round <= rounds; ++round) {
    for (std::size_t i = 0; going && i < sides.size(); ++i)
      going = run_side(*sides[i], round == rounds && i + 1 == sides.size());
    if (going && certain(sides, plan.until)) break;
    std::reverse(sides.begin(), sides.end());  // so that none has what the first or the second gains
  }
  if (plan.until > 0 && !ending.failed()) {
    for (RepeatedRun* side : sides) note_certainty(*side, plan);
  }
  for (RepeatedRun* side : sides) note_untimed(*side, plan);
  // With when the first of them began, nobody else's has the same.
  if (against && target.recording() && against->recording())
    target.recording()->run.turns = against->recording()->run.turns =
        fmt::format("{} {}", target.recording()->run.started_at, getpid());
  if (plan.verify && target.recording()) {
    tell();
    target.verify(spool.rewound(), relay);
  }
  relay.let_user_interrupt();
  return {std::move(target.recording()), against ? std::move(against->recording()) : std::nullopt, ending};
}

}  // namespace pyharness
