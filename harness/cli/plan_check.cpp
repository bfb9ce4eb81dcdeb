#include "harness/cli/plan_check.h"

#include <fmt/format.h>

#include <algorithm>

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

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names;
  for (const ReporterInfo& reporter : all_reporters()) names.push_back(reporter.name);
  return names;
}

void check_claims(const std::vector<std::string>& modes) {
  for (std::size_t i = 0; i < modes.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const Hook a = find_profiler(modes[i])->claims;
      if (a != Hook::kNone && a == find_profiler(modes[k])->claims) {
        throw Failure(fmt::format("{} and {} need the same hook. Run them one after the other.", modes[k], modes[i]));
      }
    }
  }
}

bool has(std::span<const std::string> sections, std::string_view name) {
  return std::find(sections.begin(), sections.end(), name) != sections.end();
}

void check_formats(std::span<const OutputRequest> outputs, std::span<const std::string> sections) {
  for (const OutputRequest& output : outputs) {
    const auto wanted = find_reporter(output.format)->consumes;
    const bool served = wanted.empty() || std::any_of(wanted.begin(), wanted.end(),
                                                      [&](std::string_view section) { return has(sections, section); });
    if (!served)
      throw Failure(
          fmt::format("{} has nothing to show without --mode={}.", output.format, fmt::join(wanted, " or --mode=")));
  }
}

void check_pattern(const std::string& pattern, std::string_view option, std::span<const std::string> sections) {
  if (pattern.empty()) return;
  if (!has(sections, "profile")) throw Failure(fmt::format("{} has nothing to show without --mode=profile.", option));
  FunctionPattern(pattern, option);
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
    if (std::find(known.begin(), known.end(), word) == known.end()) {
      throw Failure(fmt::format("there is no mode '{}'.{} Use one of: {}.", printable(word), did_you_mean(word, known),
                                listed(known)));
    }
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

OutputRequest parse_output(std::string_view text) {
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    if (const ReporterInfo* reporter = find_reporter(text.substr(0, colon))) {
      if (colon + 1 == text.size())
        throw Failure(fmt::format("-o {} names no file. Use -o {}PATH, or {}- for stdout.", text, text, text));
      return {std::string(reporter->name), std::string(text.substr(colon + 1))};
    }
  }
  if (text.empty()) throw Failure("-o names no file.");
  if (text == "-") return {"text", "-"};
  if (const ReporterInfo* reporter = reporter_for_path(text)) return {std::string(reporter->name), std::string(text)};
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos && text.find_first_of("/.") > colon) {
    const std::string_view name = text.substr(0, colon);
    throw Failure(fmt::format("there is no format '{}'.{} Use one of: {}.", printable(name),
                              did_you_mean(name, format_names()), listed(format_names())));
  }
  throw Failure(fmt::format("-o {} does not tell its format. Write -o FORMAT:{} with one of: {}.", printable(text),
                            printable(text), listed(format_names())));
}

void check_reports(std::span<const OutputRequest> outputs, const Presentation& presentation,
                   std::span<const std::string> sections) {
  check_formats(outputs, sections);
  check_sort(presentation.sort, sections);
  check_pattern(presentation.callers, "--callers", sections);
  check_pattern(presentation.callees, "--callees", sections);
}

void check_plan(const RunPlan& plan) {
  check_claims(plan.modes);
  check_reports(plan.outputs, plan.presentation, plan.modes);
  for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (plan.outputs[i].path == plan.outputs[k].path)
        throw Failure(fmt::format("two reports would go to {}.", printable(plan.outputs[i].path)));
    }
  }
}

}  // namespace pyharness
