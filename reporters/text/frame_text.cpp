// What stands around the sections: which program, how it ended, what is missing.
#include <fmt/format.h>
#include <signal.h>

#include <cstring>

#include "harness/base/units.h"
#include "harness/base/words.h"
#include "reporters/text/text_parts.h"

namespace pyharness {
namespace {

std::string ending_text(const Ending& ending) {
  if (ending.signal) {
    const char* name = sigabbrev_np(*ending.signal);
    return name == nullptr ? fmt::format("was ended by signal {}", *ending.signal)
                           : fmt::format("was ended by SIG{}", name);
  }
  if (ending.exit_status) return fmt::format("exited with status {}", *ending.exit_status);
  return "still runs";
}

std::string loss_text(const std::string& what, std::uint64_t count) {
  if (what == "tracers_set_by_the_program") {
    return fmt::format("The program set a tracer of its own {} (sys.settrace); lines it saw are not counted here.",
                       count == 1 ? "once" : human_count(count) + " times");
  }
  if (what == "arena_bytes_refused")
    return fmt::format("{} of recording found no memory; figures are too low.", human_bytes(count));
  return fmt::format("Lost: {} {}.", human_count(count), what);
}

}  // namespace

std::string text_line(std::string_view text, const ReportStyle& style) {
  return (style.width == 0 ? std::string(text) : clipped(text, style.width)) + "\n";
}

std::string short_file(const std::string& file, const std::string& root) {
  const bool below = !root.empty() && file.size() > root.size() && file.starts_with(root) && file[root.size()] == '/';
  return printable(below ? file.substr(root.size() + 1) : file);
}

std::string header_text(const Recording& recording, const ReportStyle& style) {
  const RunInfo& run = recording.run;
  const Paint paint(style.color);
  std::string modes;
  for (const std::string& mode : run.modes) modes += (modes.empty() ? "" : ",") + mode;
  std::string text = paint.bold(
      text_line(fmt::format("pyharness {}: {}", modes.empty() ? "none" : modes, printable(run.target)), style));
  text += text_line(fmt::format("Python {}, {}", run.python_version, printable(run.python_executable)), style);
  text += text_line(fmt::format("The program {} after {}.", ending_text(run.ending), human_time(run.wall_ns)), style);
  if (run.processes.size() > 1)
    text += text_line(fmt::format("{} processes are added up here.", run.processes.size()), style);
  return text + "\n";
}

std::string footer_text(const Recording& recording, const ReportStyle& style) {
  const Paint paint(style.color);
  std::string text;
  for (const std::string& note : recording.run.notes) text += printable(note) + "\n";
  for (const auto& [what, count] : recording.run.losses) text += paint.warm(loss_text(what, count)) + "\n";
  return text;
}

}  // namespace pyharness
