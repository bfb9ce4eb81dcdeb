#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "harness/supervise/run_plan.h"

namespace pyharness {

struct RunCommand {
  RunPlan plan;
  std::string hint;  // a sentence for stderr: something for the program that looks meant for us
};

struct ReportCommand {
  std::vector<std::string> recordings;
  std::vector<OutputRequest> outputs;
  Presentation presentation;
};

struct ListCommand {};

/// --help and --version: text for stdout.
struct ShowText {
  std::string text;
};

using Command = std::variant<RunCommand, ReportCommand, ListCommand, ShowText>;

/// Reads the command line (without argv[0]). Checks words, not files. Throws Failure with one sentence.
Command parse_arguments(std::span<const std::string> words);

}  // namespace pyharness
