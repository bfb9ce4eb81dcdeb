#include "harness/cli/recording_files.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "harness/base/error.h"
#include "harness/base/output.h"
#include "harness/base/words.h"
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

// Of one that was merged already, what it was merged from.
void add_origin(std::vector<MergedRecording>& into, const std::string& path, const Recording& recording) {
  const RunInfo& run = recording.run;
  if (run.merged_from.empty()) {
    into.push_back({path, run.argv, run.started_at, run.host_cpu, number_of_runs(recording), run.target,
                    run.python_version, run.modes});
  } else {
    into.insert(into.end(), run.merged_from.begin(), run.merged_from.end());
  }
}

}  // namespace

void check_inputs_stay(std::span<const OutputRequest> outputs, std::span<const std::string> files) {
  for (const OutputRequest& output : outputs) {
    for (const std::string& file : files) {
      std::error_code missing;
      if (std::filesystem::equivalent(output.path, file, missing))
        throw Failure(fmt::format("the report would go over the recording {}. Name another file.", printable(file)));
    }
  }
}

Recording load_recordings(std::span<const std::string> files) {
  Recording merged = load(files.front());
  if (files.size() == 1) return merged;
  std::vector<MergedRecording> origins;
  add_origin(origins, files.front(), merged);
  for (const std::string& file : files.subspan(1)) {
    const Recording other = load(file);
    add_origin(origins, file, other);
    try {
      merge_into(merged, other);
    } catch (const Failure& failure) {
      throw Failure(fmt::format("{} and {}: {}", printable(files.front()), printable(file), failure.what()));
    }
  }
  merged.run.merged_from = std::move(origins);
  return merged;
}

}  // namespace pyharness
