#include <fmt/format.h>
#include <unistd.h>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/cli/commands.h"
#include "harness/cli/plan_check.h"
#include "harness/cli/reports.h"
#include "harness/record/json.h"
#include "harness/record/merge.h"

namespace pyharness {
namespace {

constexpr std::size_t kLargestRecording = std::size_t{1} << 30;

Recording load(const std::string& path) {
  try {
    const std::string content = read_file(path);
    return from_json(is_gzip(content) ? gunzip(content, kLargestRecording) : content);
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
  std::vector<std::string> sections;
  for (const Section& section : merged.sections) sections.push_back(section.name);
  check_reports(command.outputs, command.presentation, sections);
  Reports reports(command.outputs, command.presentation, command.outputs.empty() ? STDOUT_FILENO : -1);
  const Written written = reports.write(merged);
  if (written == Written::kUnread) throw BrokenPipe("nobody reads stdout.");
  return written == Written::kWhole ? 0 : kOwnFailureStatus;
}

}  // namespace pyharness
