#pragma once

#include <string>
#include <vector>

#include "harness/base/output.h"
#include "harness/cli/arguments.h"
#include "harness/record/recording.h"

namespace pyharness {

/// The reports that were asked for, with their files open.
class Reports {
 public:
  /// Opens every output; with `text_descriptor` >= 0 there is a text report there too. Throws Failure.
  Reports(const std::vector<OutputRequest>& requests, const Presentation& presentation, int text_descriptor);

  /// Writes them all: files first, then what a terminal or a pipe takes, each in the order given. One that fails does
  /// not stop the others. False where one failed, said on stderr.
  bool write(const Recording& recording);

 private:
  struct Pending {
    std::string format;
    Output output;
  };
  std::vector<Pending> pending_;
  Presentation presentation_;
};

/// Renders a recording that was not made by a run of this process: on stdout, or where the outputs say. Returns the
/// exit status. Throws Failure where it has no data for what is asked.
int render(const Recording& recording, const Rendering& wanted);

}  // namespace pyharness
