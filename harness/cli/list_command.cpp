#include <fmt/format.h>

#include "harness/base/words.h"
#include "harness/cli/commands.h"
#include "harness/supervise/hosts.h"
#include "harness/supervise/interpreter.h"
#include "profilers/profiler.h"
#include "reporters/compare/comparison_reporter.h"
#include "reporters/reporter.h"

namespace pyharness {

std::string list_text() {
  std::string text = "Profilers (--mode=)\n";
  for (const ProfilerInfo& profiler : all_profilers()) {
    text += fmt::format("  {:<10} {}\n", profiler.name, profiler.summary);
    for (const EngineInfo& engine : profiler.engines)
      text += fmt::format("  {:<10}   engine {}: {}\n", "", engine.name, engine.summary);
    for (const OptionInfo& option : profiler.options)
      text += fmt::format("  {:<10}   --{}{}{}: {}\n", "", option.name, option.value.empty() ? "" : " ", option.value,
                          option.help);
    for (const ProfilerInfo& other : all_profilers()) {
      if (other.name != profiler.name && !go_together(profiler, other))
        text += fmt::format("  {:<10}   not together with {}\n", "", other.name);
    }
  }
  text += fmt::format("  {:<10} runs the program with no hook at all\n\nFormats (-o)\n", "none");
  for (const ReporterInfo& reporter : all_reporters())
    text += fmt::format("  {:<10} {:<14} {}\n", reporter.name, fmt::format("{}", fmt::join(reporter.suffixes, " ")),
                        reporter.summary);
  text += "\nFormats of comparisons (compare -o)\n";
  for (const ComparisonReporterInfo& reporter : comparison_reporters())
    text += fmt::format("  {:<10} {:<14} {}\n", reporter.name, fmt::format("{}", fmt::join(reporter.suffixes, " ")),
                        reporter.summary);
  text += "\nInterpreters (--python)\n";
  for (const Interpreter& interpreter : known_interpreters()) {
    text += fmt::format("  {:<10} {} and its virtual environments{}\n", printable(interpreter.version),
                        printable(interpreter.executable),
                        interpreter.library.empty() ? " (" + interpreter.chosen_by + ")" : "");
  }
  if (const std::vector<std::string> series = shared_host_series(); !series.empty())
    text += fmt::format("  and every other Python {} that has a shared library\n", fmt::join(series, ", "));
  return text;
}

}  // namespace pyharness
