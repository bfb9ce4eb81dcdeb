#include "harness/base/error.h"
#include "harness/cli/command_options.h"

namespace pyharness {

Command parse_report(std::span<const std::string> words) {
  CLI::App app("Render saved recordings again; several are merged.", "report");
  ReportCommand command;
  app.add_option("recordings", command.recordings, "Recordings written with -o FILE.json, or kept with --keep FILE")
      ->type_name("RECORDING");
  if (const auto help = RenderingOptions(app).parse(words, command)) return *help;
  if (command.recordings.empty()) throw Failure("no recording to report. Use: pyharness report FILE.json");
  return command;
}

Command parse_snapshot(std::span<const std::string> words) {
  CLI::App app("Report of a program that still runs under pyharness, as of now. It is not disturbed.", "snapshot");
  SnapshotCommand command;
  app.add_option("pid", command.pid, "Process id of pyharness, of the program, or of a process that it started")
      ->type_name("PID")
      ->check(CLI::PositiveNumber);
  if (const auto help = RenderingOptions(app).parse(words, command)) return *help;
  if (command.pid == 0) throw Failure("no process to look at. Use: pyharness snapshot PID");
  return command;
}

}  // namespace pyharness
