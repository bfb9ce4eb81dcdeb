#include "harness/cli/plan_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "profilers/profiler.h"
#include "reporters/reporter.h"
#include "reporters/text/function_pattern.h"
#include "reporters/text/sort_keys.h"

namespace pyharness {
namespace {

std::vector<std::string_view> mode_names() {
  std::vector<std::string_view> names;
  for (const ProfilerInfo& profiler : all_profilers()) names.push_back(profiler.name);
  names.emplace_back("none");
  return names;
}

std::string listed(const std::vector<std::string_view>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

Failure unknown_mode(std::string_view word) {
  return Failure(fmt::format("there is no mode '{}'.{} Use one of: {}.", printable(word),
                             did_you_mean(word, mode_names()), listed(mode_names())));
}

void check_claims(const std::vector<std::string>& modes) {
  for (std::size_t i = 0; i < modes.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (!go_together(*find_profiler(modes[i]), *find_profiler(modes[k]))) {
        throw Failure(
            fmt::format("--mode={} and --mode={} do not go together: each would slow what the other measures. Run one "
                        "after the other.",
                        modes[k], modes[i]));
      }
    }
  }
}

bool has(std::span<const std::string> sections, std::string_view name) {
  return std::find(sections.begin(), sections.end(), name) != sections.end();
}

void check_engines(const RunPlan& plan) {
  for (const auto& [mode, engine] : plan.engines) {
    if (!has(plan.modes, mode))
      throw Failure(fmt::format("--engine {}={} does nothing without --mode={}.", mode, engine, mode));
  }
}

void check_options(const RunPlan& plan) {
  for (const auto& given : plan.options) {
    const std::string& name = given.first;  // a structured binding cannot be captured
    std::vector<std::string_view> owners;
    for (const ProfilerInfo& profiler : all_profilers()) {
      const auto takes = [&](const OptionInfo& option) { return option.name == name; };
      if (std::any_of(profiler.options.begin(), profiler.options.end(), takes)) owners.push_back(profiler.name);
    }
    const auto runs = [&](std::string_view mode) { return has(plan.modes, mode); };
    if (std::none_of(owners.begin(), owners.end(), runs))
      throw Failure(fmt::format("--{} does nothing without --mode={}.", name, fmt::join(owners, " or --mode=")));
  }
}

void check_formats(std::span<const OutputRequest> outputs, std::span<const std::string> sections) {
  for (const OutputRequest& output : outputs) {
    const auto wanted = find_reporter(output.format)->consumes;
    const bool served = wanted.empty() || std::any_of(wanted.begin(), wanted.end(),
                                                      [&](std::string_view section) { return has(sections, section); });
    if (served) continue;
    std::vector<std::string_view> modes;  // a section that none of them makes is of another command
    std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(modes),
                 [](std::string_view section) { return find_profiler(section) != nullptr; });
    throw Failure(
        fmt::format("{} has nothing to show without --mode={}.", output.format, fmt::join(modes, " or --mode=")));
  }
}

void check_pattern(const std::string& pattern, std::string_view option, std::span<const std::string> sections) {
  if (pattern.empty()) return;
  if (!has(sections, "profile")) throw Failure(fmt::format("{} has nothing to show without --mode=profile.", option));
  FunctionPattern(pattern, option);
}

void check_line_options(const Presentation& presentation, std::span<const std::string> sections) {
  const std::pair<bool, std::string_view> options[] = {{presentation.own, "--own"},
                                                       {presentation.corrected, "--corrected"},
                                                       {presentation.skip_zero, "--skip-zero"},
                                                       {presentation.summarize, "--summarize"}};
  for (const auto& [given, option] : options) {
    if (given && !has(sections, "line"))
      throw Failure(fmt::format("{} has nothing to show without --mode=line.", option));
  }
}

void check_repetitions(const RunPlan& plan) {
  if (plan.forks && plan.modes.empty()) throw Failure("--isolate=fork does nothing with --mode=none.");
  if (plan.until > 0 && plan.modes.empty()) throw Failure("--until does nothing with --mode=none: no time is kept.");
  if (plan.forks && plan.verify)
    throw Failure("--verify does not go with --isolate=fork: the run without hooks would do the imports too.");
  if (!plan.against) return;
  if (plan.modes.empty()) throw Failure("--against does nothing with --mode=none: there is nothing to compare.");
  if (plan.target.kind == Target::Kind::kStdin && !plan.against->target.empty())
    throw Failure("--against needs a program that has a name: stdin holds one only.");
  check_reports(plan.against->outputs, plan.presentation, plan.modes);
}

void check_keep(const RunPlan& plan) {
  if (plan.keep.empty()) return;
  if (plan.repeat + plan.warmup > 1 || plan.against || plan.forks)
    throw Failure("--keep keeps one run. Leave out what repeats it, or write the recording with -o FILE.json.");
  for (const OutputRequest& output : plan.outputs) {
    if (output.path == plan.keep)
      throw Failure(fmt::format("a report and the kept recording would both go to {}.", printable(plan.keep)));
  }
}

}  // namespace

std::vector<std::string> parse_modes(const std::vector<std::string>& lists) {
  const std::vector<std::string_view> known = mode_names();
  std::vector<std::string> wanted;
  for (const std::string& list : lists) {
    const std::vector<std::string> words = split(list, ',');
    if (words.empty()) throw Failure(fmt::format("--mode= names nothing. Use one of: {}.", listed(known)));
    wanted.insert(wanted.end(), words.begin(), words.end());
  }
  for (const std::string& word : wanted) {
    if (std::find(known.begin(), known.end(), word) == known.end()) throw unknown_mode(word);
  }
  if (std::find(wanted.begin(), wanted.end(), "none") != wanted.end()) {
    if (wanted.size() > 1) throw Failure("--mode=none goes with no other mode.");
    return {};
  }
  std::vector<std::string> modes;
  for (const ProfilerInfo& profiler : all_profilers()) {
    if (profiler.name == "timer" || std::find(wanted.begin(), wanted.end(), profiler.name) != wanted.end())
      modes.emplace_back(profiler.name);
  }
  return modes;
}

std::pair<std::string, std::string> parse_engine(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos)
    throw Failure(
        fmt::format("--engine {} names no engine. Write --engine MODE=NAME (see `pyharness list`).", printable(text)));
  const std::string_view mode = text.substr(0, equals);
  const std::string_view name = text.substr(equals + 1);
  const ProfilerInfo* profiler = find_profiler(mode);
  if (profiler == nullptr) throw unknown_mode(mode);
  std::vector<std::string_view> known;
  for (const EngineInfo& engine : profiler->engines) known.push_back(engine.name);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    throw Failure(fmt::format("{} has no engine '{}'.{} It has: {}.", mode, printable(name), did_you_mean(name, known),
                              listed(known)));
  }
  return {std::string(mode), std::string(name)};
}

void check_reports(std::span<const OutputRequest> outputs, const Presentation& presentation,
                   std::span<const std::string> sections) {
  check_formats(outputs, sections);
  check_sort(presentation.sort, sections);
  check_pattern(presentation.callers, "--callers", sections);
  check_pattern(presentation.callees, "--callees", sections);
  check_line_options(presentation, sections);
}

void check_places(std::span<const OutputRequest> outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (outputs[i].path == outputs[k].path)
        throw Failure(fmt::format("two reports would go to {}.", printable(outputs[i].path)));
    }
  }
}

void check_plan(const RunPlan& plan) {
  check_claims(plan.modes);
  check_engines(plan);
  check_options(plan);
  check_reports(plan.outputs, plan.presentation, plan.modes);
  check_keep(plan);
  check_repetitions(plan);
  if (!plan.timed.empty() && plan.modes.empty()) throw Failure("--time does nothing with --mode=none.");
  if (plan.verify && plan.modes.empty()) throw Failure("--verify does nothing with --mode=none: there are no hooks.");
  std::vector<OutputRequest> outputs = plan.outputs;
  if (plan.against) outputs.insert(outputs.end(), plan.against->outputs.begin(), plan.against->outputs.end());
  check_places(outputs);
}

}  // namespace pyharness
