#include <fmt/format.h>

#include <optional>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/cli/commands.h"
#include "harness/cli/reports.h"
#include "harness/record/json.h"
#include "harness/record/merge.h"
#include "harness/supervise/arena_report.h"

namespace pyharness {
namespace {

constexpr std::size_t kLargestRecording = std::size_t{1} << 30;

Recording load(const std::string& path) {
  try {
    if (std::optional<Recording> kept = read_kept(path)) return std::move(*kept);
    return from_file(read_file(path), kLargestRecording);
  } catch (const Failure& failure) {
    const std::string_view reason = failure.what();
    if (reason.starts_with("cannot read")) throw;
    throw Failure(fmt::format("{} cannot be reported: {}", printable(path), reason));
  }
}

}  // namespace

int report_command(const ReportCommand& command) {
  Recording merged = load(command.recordings.front());
  for (std::size_t i = 1; i < command.recordings.size(); ++i) merge_into(merged, load(command.recordings[i]));
  return render(merged, command);
}

}  // namespace pyharness
