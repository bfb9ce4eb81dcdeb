#include <fmt/format.h>
#include <unistd.h>

#include "harness/base/words.h"
#include "harness/cli/commands.h"
#include "harness/supervise/hosts.h"
#include "harness/supervise/interpreter.h"
#include "profilers/profiler.h"
#include "reporters/compare/comparison_reporter.h"
#include "reporters/reporter.h"

namespace pyharness {

namespace {

/// The sections of the list, wrapped to `columns`; not wrapped where that is 0.
class List {
 public:
  explicit List(std::size_t columns) : columns_(columns) {}

  void title(std::string_view text) { text_ += fmt::format("{}{}\n", text_.empty() ? "" : "\n", text); }
  void entry(std::string_view name, std::string_view text) { add(fmt::format("  {} ", name), kNames, text); }
  void detail(const std::string& text) { add("", kNames + 2, text); }
  void formats(const auto& reporters) {
    for (const auto& reporter : reporters)
      add(fmt::format("  {:<10} {} ", reporter.name, fmt::join(reporter.suffixes, " ")), kSuffixes, reporter.summary);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  static constexpr std::size_t kNames = 13;     // columns of names
  static constexpr std::size_t kSuffixes = 28;  // and of names and suffixes

  void add(std::string_view term, std::size_t indent, std::string_view text) {
    text_ += list_entry(term, indent, text, columns_);
  }

  std::size_t columns_;
  std::string text_;
};

}  // namespace

std::string list_text() {
  constexpr std::size_t kColumns = 80;
  List list(isatty(STDOUT_FILENO) == 1 ? kColumns : 0);
  list.title("Profilers (--mode=)");
  for (const ProfilerInfo& profiler : all_profilers()) {
    list.entry(profiler.name, profiler.summary);
    for (const EngineInfo& engine : profiler.engines)
      list.detail(fmt::format("engine {}: {}", engine.name, engine.summary));
    for (const OptionInfo& option : profiler.options)
      list.detail(fmt::format("--{}{}{}: {}", option.name, option.value.empty() ? "" : " ", option.value, option.help));
    for (const ProfilerInfo& other : all_profilers()) {
      if (other.name != profiler.name && !go_together(profiler, other))
        list.detail(fmt::format("not together with {}", other.name));
    }
  }
  list.entry("none", "runs the program with no hook at all");
  list.title("Formats (-o)");
  list.formats(all_reporters());
  list.title("Formats of comparisons (compare -o)");
  list.formats(comparison_reporters());
  list.title("Interpreters (--python)");
  for (const Interpreter& interpreter : known_interpreters()) {
    list.entry(printable(interpreter.version),
               fmt::format("{} and its virtual environments{}", printable(interpreter.executable),
                           interpreter.library.empty() ? " (" + interpreter.chosen_by + ")" : ""));
  }
  if (const std::vector<std::string> series = shared_host_series(); !series.empty())
    list.entry("and", fmt::format("every other Python {} that has a shared library", fmt::join(series, ", ")));
  return list.text();
}

}  // namespace pyharness
