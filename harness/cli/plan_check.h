#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/cli/output_words.h"
#include "harness/supervise/run_plan.h"

namespace pyharness {

/// Checks of a plan that need no file and no interpreter. All throw Failure with one sentence.

/// Comma lists of --mode as profilers in the order of the registry, `timer` among them; empty for `none`.
std::vector<std::string> parse_modes(const std::vector<std::string>& lists);

/// "MODE=NAME" of --engine: both known, and the mode has that engine.
std::pair<std::string, std::string> parse_engine(std::string_view text);

/// What the reports are to show and these sections, of a run to come or of a recording, do not have: formats without
/// data, orders, patterns and columns that fit none of them.
void check_reports(std::span<const OutputRequest> outputs, const Presentation& presentation,
                   std::span<const std::string> sections);

/// Engines and options of modes that do not run, profilers that cannot run together, reports that the modes have no
/// data for, two reports to one place.
void check_plan(const RunPlan& plan);

}  // namespace pyharness
