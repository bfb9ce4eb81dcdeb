#include "harness/cli/arguments.h"

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/cli/command_options.h"
#include "harness/cli/timeit_arguments.h"

namespace pyharness {
namespace {

constexpr std::string_view kUsage = R"(pyharness: find out where a Python program spends its time

  pyharness run [options] SCRIPT [args]   run a program under the profilers
  pyharness run [options] -m MODULE       ... or a module, -c CODE, - (stdin)
  pyharness timeit [options] [STMT ...]   time a statement, as python -m timeit
  pyharness report RECORDING...           render saved recordings again
  pyharness compare BASE HEAD             what got worse, and better; for CI
  pyharness snapshot PID                  report of what still runs, as of now
  pyharness list                          profilers, formats, interpreters
  pyharness run --help                    all options of a command
  pyharness --version

Start with:  pyharness run script.py --mode=line
)";

}  // namespace

Command parse_arguments(std::span<const std::string> words) {
  constexpr std::string_view kCommands[] = {"run", "timeit", "report", "compare", "snapshot", "list"};
  if (words.empty()) throw Failure("say what to do: pyharness run SCRIPT. See: pyharness --help");
  const std::string& first = words[0];
  if (first == "--help" || first == "-h" || first == "help") return ShowText{std::string(kUsage)};
  if (first == "--version" || first == "-V") return ShowText{"pyharness " PYHARNESS_VERSION "\n"};
  if (first == "run") return parse_run(words.subspan(1));
  if (first == "report") return parse_report(words.subspan(1));
  if (first == "compare") return parse_compare(words.subspan(1));
  if (first == "snapshot") return parse_snapshot(words.subspan(1));
  if (first == "timeit") return parse_timeit(words.subspan(1));
  if (first == "list") {
    if (words.size() == 2 && (words[1] == "--help" || words[1] == "-h"))
      return ShowText{"Usage: pyharness list\nShows profilers, formats and interpreters.\n"};
    if (words.size() > 1) throw Failure("list takes no arguments.");
    return ListCommand{};
  }
  const std::string suggestion = did_you_mean(first, kCommands);
  throw Failure(fmt::format("'{}' is no command.{}", printable(first),
                            suggestion.empty() ? " To run a program: pyharness run " + printable(first) : suggestion));
}

}  // namespace pyharness
