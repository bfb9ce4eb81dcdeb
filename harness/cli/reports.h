#pragma once

#include <string>
#include <vector>

#include "harness/base/output.h"
#include "harness/cli/arguments.h"
#include "harness/record/comparison.h"
#include "harness/record/recording.h"
#include "harness/supervise/run_plan.h"
#include "reporters/reporter.h"

namespace pyharness {

/// What became of a report, or of the worst of several.
enum class Written {
  kWhole,
  kUnread,  // stdout's reader left before the end, as `head` does; not said yet
  kNot,     // said on stderr
};

/// Writes one report and commits it, whatever its reporter throws.
Written write_report(const ReporterInfo& reporter, const ReportStyle& style, const Recording& recording,
                     Output& output);

/// The reports that were asked for, with their files open.
class Reports {
 public:
  /// Opens every output; there is a text report at `text_descriptor` (stdout or stderr) too, if it is not -1, and not
  /// on a stderr that is closed. Throws Failure.
  Reports(const std::vector<OutputRequest>& requests, const Presentation& presentation, int text_descriptor);

  /// Writes them all: files first, then what a terminal or a pipe takes, each in the order given. One that fails does
  /// not stop the others.
  Written write(const Recording& recording);
  /// The same of a comparison: the formats are those of comparisons.
  Written write(const Comparison& comparison);

 private:
  struct Pending {
    std::string format;
    Output output;
    std::string function{};  // of the format "python"
  };
  [[nodiscard]] ReportStyle style_of(const Pending& pending) const;

  std::vector<Pending> pending_;
  Presentation presentation_;
};

/// Renders a recording that was not made by a run of this process: on stdout, or where the outputs say. Returns the
/// exit status. Throws Failure where it has no data for what is asked.
int render(const Recording& recording, const Rendering& wanted);

}  // namespace pyharness
