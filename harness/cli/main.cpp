#include <fcntl.h>
#include <unistd.h>

#include <new>

#include "harness/base/error.h"
#include "harness/base/log.h"
#include "harness/base/output.h"
#include "harness/cli/commands.h"

namespace pyharness {
namespace {

// Where one of the three is closed, the next file that we open would take its place and be written to. Close-on-exec,
// so that the program finds it closed as it was.
void fill_standard_descriptors() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) < 0 && open("/dev/null", O_RDWR | O_CLOEXEC) < 0) return;
  }
}

int obey(const Command& command) {
  if (const auto* run = std::get_if<RunCommand>(&command)) return run_command(*run);
  if (const auto* report = std::get_if<ReportCommand>(&command)) return report_command(*report);
  if (const auto* snapshot = std::get_if<SnapshotCommand>(&command)) return snapshot_command(*snapshot);
  if (const auto* show = std::get_if<ShowText>(&command))
    return write_all(STDOUT_FILENO, show->text) == 0 ? 0 : kOwnFailureStatus;
  return list_command();
}

}  // namespace
}  // namespace pyharness

int main(int argc, char** argv) {
  pyharness::fill_standard_descriptors();
  try {
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    return pyharness::obey(pyharness::parse_arguments(words));
  } catch (const pyharness::Failure& failure) {
    pyharness::log::error(failure.what());
  } catch (const std::bad_alloc&) {
    pyharness::log::error("there is no memory left.");
  } catch (const std::exception& error) {
    pyharness::log::error(error.what());
  }
  return pyharness::kOwnFailureStatus;
}
