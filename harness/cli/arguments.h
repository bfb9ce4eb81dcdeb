#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "harness/record/gate.h"
#include "harness/supervise/run_plan.h"

namespace pyharness {

struct RunCommand {
  RunPlan plan;
  std::string hint;  // a sentence for stderr: something for the program that looks meant for us
};

/// What to make of a recording that is there.
struct Rendering {
  std::vector<OutputRequest> outputs;
  Presentation presentation;
};

struct ReportCommand : Rendering {
  std::vector<std::string> recordings;
};

struct SnapshotCommand : Rendering {
  pid_t pid = 0;
};

struct CompareCommand : Rendering {
  std::vector<std::string> base;  // recordings, merged where there are several
  std::vector<std::string> head;
  std::vector<Gate> gates;
  bool quiet = false;
};

struct ListCommand {};

/// --help and --version: text for stdout.
struct ShowText {
  std::string text;
};

using Command = std::variant<RunCommand, ReportCommand, SnapshotCommand, CompareCommand, ListCommand, ShowText>;

/// Reads the command line (without argv[0]). Checks words, not files. Throws Failure with one sentence.
Command parse_arguments(std::span<const std::string> words);

}  // namespace pyharness
