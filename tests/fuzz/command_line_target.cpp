// The words of a command line, one to a line of the input.
#include <string>
#include <vector>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/cli/arguments.h"
#include "harness/cli/plan_check.h"
#include "harness/record/host_plan.h"
#include "reporters/text/function_pattern.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/recording_checks.h"

namespace pyharness::fuzz {
namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    words.emplace_back(text.substr(0, end).substr(0, text.find('\0')));  // a word of argv ends there
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

void match(const std::string& pattern, std::string_view option) {
  if (pattern.empty()) return;
  const FunctionPattern compiled(pattern, option);
  for (const std::string name : {"/work/app.py:12(Outer.<locals>.inner)", "{built-in method builtins.len}", ""})
    (void)compiled.matches(name);
}

void check(const Presentation& presentation) {
  match(presentation.callers, "--callers");
  match(presentation.callees, "--callees");
}

// What the host is told of it reaches the host as it is.
void check(const RunPlan& plan) {
  HostPlan host;
  host.python = plan.python;
  host.modes = plan.modes;
  host.watch = {plan.only, plan.exclude, {}, plan.target.value};
  host.engines = plan.engines;
  host.options = plan.options;
  const std::string bytes = to_bytes(host);
  require(to_bytes(plan_from_bytes(bytes)) == bytes, "the host reads what it is told");
  require(!plan.target.value.empty() || plan.target.kind != Target::Kind::kStdin, "stdin is named");
  for (const OutputRequest& output : plan.outputs) require(!output.path.empty(), "an output has a path");
  check(plan.presentation);
}

void check(const Command& command) {
  if (const auto* run = std::get_if<RunCommand>(&command)) {
    require_harmless(run->hint);
    check(run->plan);
    require(split_like_shell(join_like_shell(run->plan.target.arguments)) == run->plan.target.arguments,
            "a shell reads the arguments back");
  } else if (const auto* report = std::get_if<ReportCommand>(&command)) {
    const std::vector<std::string> sections{"timer", "line", "profile", "alloc"};
    check_reports(report->outputs, report->presentation, sections);
    check(report->presentation);
  }
}

}  // namespace
}  // namespace pyharness::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    pyharness::fuzz::check(pyharness::parse_arguments(pyharness::fuzz::words_of(pyharness::fuzz::text_of(data, size))));
  } catch (const pyharness::Failure& failure) {
    pyharness::fuzz::require_harmless(failure.what());
  }
  return 0;
}
