#include <fmt/format.h>

#include "harness/base/words.h"
#include "harness/cli/commands.h"
#include "harness/supervise/hosts.h"
#include "harness/supervise/interpreter.h"
#include "profilers/profiler.h"
#include "reporters/compare/comparison_reporter.h"
#include "reporters/reporter.h"

namespace pyharness {

namespace {

constexpr std::size_t kNames = 13;     // columns of names
constexpr std::size_t kSuffixes = 28;  // and of names and suffixes

std::string entry(std::string_view name, std::string_view text) {
  return list_entry(fmt::format("  {} ", name), kNames, text);
}

std::string detail(const std::string& text) { return list_entry("", kNames + 2, text); }

std::string formats(const auto& reporters) {
  std::string text;
  for (const auto& reporter : reporters) {
    text += list_entry(fmt::format("  {:<10} {} ", reporter.name, fmt::join(reporter.suffixes, " ")), kSuffixes,
                       reporter.summary);
  }
  return text;
}

}  // namespace

std::string list_text() {
  std::string text = "Profilers (--mode=)\n";
  for (const ProfilerInfo& profiler : all_profilers()) {
    text += entry(profiler.name, profiler.summary);
    for (const EngineInfo& engine : profiler.engines)
      text += detail(fmt::format("engine {}: {}", engine.name, engine.summary));
    for (const OptionInfo& option : profiler.options)
      text +=
          detail(fmt::format("--{}{}{}: {}", option.name, option.value.empty() ? "" : " ", option.value, option.help));
    for (const ProfilerInfo& other : all_profilers()) {
      if (other.name != profiler.name && !go_together(profiler, other))
        text += detail(fmt::format("not together with {}", other.name));
    }
  }
  text += entry("none", "runs the program with no hook at all");
  text += "\nFormats (-o)\n" + formats(all_reporters());
  text += "\nFormats of comparisons (compare -o)\n" + formats(comparison_reporters());
  text += "\nInterpreters (--python)\n";
  for (const Interpreter& interpreter : known_interpreters()) {
    text += entry(printable(interpreter.version),
                  fmt::format("{} and its virtual environments{}", printable(interpreter.executable),
                              interpreter.library.empty() ? " (" + interpreter.chosen_by + ")" : ""));
  }
  if (const std::vector<std::string> series = shared_host_series(); !series.empty())
    text += fmt::format("  and every other Python {} that has a shared library\n", fmt::join(series, ", "));
  return text;
}

}  // namespace pyharness
