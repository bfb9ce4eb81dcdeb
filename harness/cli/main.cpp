#include <unistd.h>

#include <new>

#include "harness/base/error.h"
#include "harness/base/log.h"
#include "harness/base/output.h"
#include "harness/base/standard_streams.h"
#include "harness/cli/commands.h"
#include "harness/supervise/signal_relay.h"

namespace pyharness {
namespace {

// What the user asked to see.
void print(const std::string& text) {
  Output output = Output::open("-");
  output.write(text);
  output.commit();
}

int obey(const Command& command) {
  if (const auto* run = std::get_if<RunCommand>(&command)) return run_command(*run);
  if (const auto* report = std::get_if<ReportCommand>(&command)) return report_command(*report);
  if (const auto* compare = std::get_if<CompareCommand>(&command)) return compare_command(*compare);
  if (const auto* snapshot = std::get_if<SnapshotCommand>(&command)) return snapshot_command(*snapshot);
  print(std::holds_alternative<ShowText>(command) ? std::get<ShowText>(command).text : list_text());
  return 0;
}

}  // namespace
}  // namespace pyharness

int main(int argc, char** argv) {
  pyharness::hold_closed_streams();
  try {
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    return pyharness::obey(pyharness::parse_arguments(words));
  } catch (const pyharness::BrokenPipe&) {
    pyharness::die_by(SIGPIPE);  // `pyharness list | head`: nothing to complain about
  } catch (const pyharness::WrongGate& wrong) {
    pyharness::log::error(wrong.what());
    pyharness::log::error(wrong.expression());
    pyharness::log::error(wrong.mark());
  } catch (const pyharness::Failure& failure) {
    pyharness::log::error(failure.what());
  } catch (const std::bad_alloc&) {
    pyharness::log::error(pyharness::kNoMemory);
  } catch (const std::exception& error) {
    pyharness::log::error(error.what());
  }
  return pyharness::kOwnFailureStatus;
}
