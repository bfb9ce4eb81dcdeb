// What stands around the sections: which program, how it ended, what is missing.
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cstring>

#include "harness/base/units.h"
#include "harness/base/words.h"
#include "reporters/text/text_parts.h"

namespace pyharness {
namespace {

std::string ending_text(const Ending& ending) {
  if (ending.signal) return "was ended by " + signal_text(*ending.signal);
  if (ending.exit_status) return fmt::format("exited with status {}", *ending.exit_status);
  return ending.unknown ? "ended, nobody knows how" : "is still running";
}

// How long, and how it ended.
std::string course_of(const RunInfo& run, std::size_t runs) {
  const std::string wall = human_time(run.wall_ns);
  const Ending& ending = run.ending;
  std::string text;
  if (runs != 1) {
    text = fmt::format("The program ran {} times, {} in all, and {}.", runs, wall, ending_text(ending));
  } else if (ending.unknown) {
    text = fmt::format("The program ran for {} at the least.", wall);
  } else {
    const bool ended = ending.signal || ending.exit_status;
    text = fmt::format("The program {}{}.", ending_text(ending),
                       ended ? fmt::format(" after {}", wall) : fmt::format(", {} so far", wall));
  }
  if (ending.unknown)
    text += " How it ended is not known, neither exit status nor signal: pyharness itself was killed.";
  return text;
}

// Which recordings these are, the first few by name.
std::string merged_text(const std::vector<MergedRecording>& parts) {
  constexpr std::size_t kNamed = 5;
  std::string names;
  for (std::size_t i = 0; i < std::min(parts.size(), kNamed); ++i)
    names += (i == 0 ? "" : ", ") + printable(parts[i].file);
  if (parts.size() > kNamed) names += fmt::format(" and {} more", parts.size() - kNamed);
  return fmt::format("{} recordings are added up here: {}.", parts.size(), names);
}

std::string overhead_text(const Overhead& overhead) {
  return fmt::format("Hooks: {} event{} took {} (\u00B1{}) of the times below.", human_count(overhead.events()),
                     overhead.events() == 1 ? "" : "s", human_time(overhead.total_ns), human_time(overhead.error_ns));
}

// What the hooks made of it, by the program's own code where both runs know its time. Of several runs, the average.
std::string verified_text(const RunInfo& run, std::size_t runs) {
  const VerifiedRuns& plain = *run.verified;
  const bool by_code = plain.code_wall_ns && run.code_wall_ns;
  const std::uint64_t without = (by_code ? *plain.code_wall_ns : plain.wall_ns) / plain.runs;
  const std::uint64_t under = (by_code ? *run.code_wall_ns : run.wall_ns) / runs;
  const double ratio = static_cast<double>(under) / static_cast<double>(std::max<std::uint64_t>(1, without));
  return fmt::format("Without hooks the program took {}; under them {}{} ({:.2f} times).", human_time(without),
                     human_time(under), runs == 1 ? "" : fmt::format(" on average of {} runs", runs), ratio);
}

std::string times(std::uint64_t count) { return count == 1 ? "once" : human_count(count) + " times"; }

std::string loss_text(const std::string& what, std::uint64_t count) {
  if (what == "tracers_set_by_the_program") {
    return fmt::format(
        "The program set a tracer of its own {} (sys.settrace). Lines that ran under it are not counted.",
        times(count));
  }
  if (what == "profilers_set_by_the_program") {
    return fmt::format(
        "The program set a profiler of its own {} (sys.setprofile, cProfile). Calls that ran under it are not counted.",
        times(count));
  }
  if (what == "arena_bytes_refused")
    return fmt::format("{} of recording found no memory. The figures are too low.", human_bytes(count));
  if (what == "not_recorded_arena_full")
    return fmt::format("{} functions, threads or frames found no room. Their figures are missing.", human_count(count));
  if (what == "line_events_outside_their_code")
    return fmt::format("{} line events named lines that their code does not have. They are not counted.",
                       human_count(count));
  if (what == "functions_not_instrumented")
    return fmt::format("{} functions have bytecode that is not the compiler's. For their lines: --engine line=trace.",
                       human_count(count));
  if (what == "processes_not_listed")
    return fmt::format("{} more processes are in the figures but not on the list.", human_count(count));
  if (what == "blocks_not_followed")
    return fmt::format("{} blocks of memory could not be followed: there was no room. They are not in the figures.",
                       human_count(count));
  return fmt::format("Lost: {} {}.", human_count(count), printable(what));
}

}  // namespace

std::string signal_text(int signal) {
  const char* name = sigabbrev_np(signal);
  return name == nullptr ? fmt::format("signal {}", signal) : fmt::format("SIG{}", name);
}

std::string text_line(std::string_view text, const ReportStyle& style) {
  return (style.width == 0 ? std::string(text) : clipped(text, style.width)) + "\n";
}

std::string prose(std::string_view text, const ReportStyle& style) { return wrapped(text, style.width) + "\n"; }

std::optional<TimeUnit> time_unit(std::string_view name) {
  constexpr TimeUnit kUnits[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}};
  for (const TimeUnit& unit : kUnits) {
    if (unit.name == name) return unit;
  }
  return std::nullopt;
}

std::string heated(const Paint& paint, std::string_view line, double percent) {
  return percent >= 20 ? paint.hot(line) : percent >= 5 ? paint.warm(line) : std::string(line);
}

std::string header_text(const Recording& recording, const ReportStyle& style) {
  const RunInfo& run = recording.run;
  const std::size_t runs = number_of_runs(recording);
  std::string modes;
  for (const std::string& mode : run.modes) modes += (modes.empty() ? "" : ", ") + printable(mode);
  const Paint paint(style.color);
  std::string text = paint.bold(
      text_line(fmt::format("pyharness {}: {}", modes.empty() ? "none" : modes, printable(run.target)), style));
  text +=
      text_line(fmt::format("Python {}, {}", printable(run.python_version), printable(run.python_executable)), style);
  if (!run.merged_from.empty()) text += prose(merged_text(run.merged_from), style);
  for (const std::string& doubt : doubts_about(run.merged_from)) text += paint.warm(prose(doubt, style));
  text += prose(course_of(run, runs), style);
  if (run.verified) text += prose(verified_text(run, runs), style);
  if (run.processes.size() > runs)
    text += prose(fmt::format("{} processes are added up here, see the end.", run.processes.size()), style);
  if (run.overhead) text += prose(overhead_text(*run.overhead), style);
  for (const std::string& note : run.notes) text += prose(printable(note), style);
  return text + "\n";
}

std::string footer_text(const Recording& recording, const ReportStyle& style) {
  const Paint paint(style.color);
  std::string text = recording.run.losses.empty() ? "" : "\n";
  for (const auto& [what, count] : recording.run.losses) text += paint.warm(prose(loss_text(what, count), style));
  return text;
}

}  // namespace pyharness
