#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "harness/base/error.h"
#include "harness/base/log.h"
#include "harness/base/output.h"
#include "harness/base/standard_streams.h"
#include "harness/base/units.h"
#include "harness/base/words.h"
#include "harness/cli/commands.h"
#include "harness/cli/reports.h"
#include "harness/cli/user_function.h"
#include "harness/record/comparison.h"
#include "harness/supervise/run.h"
#include "harness/supervise/signal_relay.h"

namespace pyharness {
namespace {

/// "run 3 of 10 [######              ] about 12 s left", on a terminal only, and not where the program writes to it
/// too; erased at the end.
class Progress {
 public:
  explicit Progress(bool wanted) : on_(wanted && isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 0) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { erase(); }

  void show(unsigned number, unsigned total, std::uint64_t last_wall_ns) {
    if (!on_) return;
    constexpr unsigned kWidth = 20;
    const unsigned filled = (number - 1) * kWidth / total;
    std::string line =
        fmt::format("\r\x1b[Krun {} of {} [{:#<{}}{: <{}}]", number, total, "", filled, "", kWidth - filled);
    if (last_wall_ns != 0) line += fmt::format(" about {} left", human_time(last_wall_ns * (total - number + 1)));
    write_all(STDERR_FILENO, line);
  }
  void erase() {
    if (on_) write_all(STDERR_FILENO, "\r\x1b[K");
    on_ = false;
  }

 private:
  bool on_;
};

bool target_is_missing(const Target& target) {
  std::error_code error;
  return target.kind == Target::Kind::kScript && !std::filesystem::exists(target.value, error);
}

/// What came of runs in turns: each side's reports, the target's last, and what differs.
class SideBySide {
 public:
  explicit SideBySide(const RunPlan& plan)
      : plan_(plan),
        text_(plan.quiet || !is_open(STDERR_FILENO) ? -1 : STDERR_FILENO),
        other_(plan.against->outputs, plan.presentation, text_),
        comparison_({}, plan.presentation, text_) {}

  Written write(const RunResult& result, Reports& target_reports) {
    Written worst = Written::kWhole;
    if (result.against) worst = other_.write(*result.against);
    if (result.against && result.recording) separate();
    if (result.recording) worst = std::max(worst, target_reports.write(*result.recording));
    // Of a program that failed, times mean nothing.
    if (!result.against || !result.recording || result.ending.failed()) return worst;
    separate();
    Comparison comparison = compare(*result.against, *result.recording);
    comparison.base.files = {plan_.against->target.empty() ? "--against-python" : "--against"};
    return std::max(worst, comparison_.write(comparison));
  }

 private:
  void separate() const {
    if (text_ != -1) write_all(text_, "\n");
  }

  const RunPlan& plan_;
  int text_;
  Reports other_;
  Reports comparison_;
};

}  // namespace

int end_as(const Ending& ending, bool reports_written) {
  if (ending.signal) {
    die_by(*ending.signal);
    return 128 + *ending.signal;
  }
  const int status = ending.exit_status.value_or(0);
  return status == 0 && !reports_written ? kOwnFailureStatus : status;
}

int run_command(const RunCommand& command) {
  RunPlan plan = command.plan;
  std::vector<OutputRequest> outputs = plan.outputs;
  if (plan.against) outputs.insert(outputs.end(), plan.against->outputs.begin(), plan.against->outputs.end());
  plan.presentation.python = python_of_user_functions(outputs, plan.python);
  Reports reports(plan.outputs, plan.presentation, plan.quiet ? -1 : STDERR_FILENO);
  std::optional<SideBySide> side_by_side;
  if (plan.against) side_by_side.emplace(plan);
  if (!command.hint.empty()) log::warning(command.hint);
  const bool missing = target_is_missing(plan.target);  // asked before the program may delete itself
  Progress progress(plan.repeat + plan.warmup > 1 || plan.verify);
  try {
    const RunResult result = run_program(plan, [&](unsigned number, unsigned total, std::uint64_t last_wall_ns) {
      progress.show(number, total, last_wall_ns);
    });
    progress.erase();
    Written written = Written::kWhole;
    // Python has said that there is no such file; a report about nothing would bury it.
    if (side_by_side && !missing) {
      written = side_by_side->write(result, reports);
    } else if (result.recording && !missing) {
      written = reports.write(*result.recording);
    }
    if (written == Written::kUnread) log::error("stdout was closed before the report was written whole.");
    if (!plan.keep.empty() && !plan.quiet)
      log::warning(fmt::format("the recording is kept: pyharness report {}", printable(plan.keep)));
    return end_as(result.ending, written == Written::kWhole);
  } catch (const RecordingLost& lost) {
    progress.erase();
    log::error(lost.what());
    return end_as(lost.ending, false);
  } catch (const HostGaveUp&) {
    return kOwnFailureStatus;
  }
}

}  // namespace pyharness
