// The table of reporters: adding one is a line here.
#include <algorithm>

#include "reporters/callgrind/callgrind_reporter.h"
#include "reporters/csv/csv_reporter.h"
#include "reporters/json/json_reporter.h"
#include "reporters/lprof/lprof_reporter.h"
#include "reporters/markdown/markdown_reporter.h"
#include "reporters/pstats/pstats_reporter.h"
#include "reporters/pyperf/pyperf_reporter.h"
#include "reporters/python/python_reporter.h"
#include "reporters/reporter.h"
#include "reporters/text/text_reporter.h"

namespace pyharness {
namespace {

constexpr std::string_view kTextSuffixes[] = {".txt"};
constexpr std::string_view kJsonSuffixes[] = {".json"};
constexpr std::string_view kJsonGzSuffixes[] = {".json.gz"};
constexpr std::string_view kPstatsSuffixes[] = {".pstats", ".prof"};
constexpr std::string_view kLprofSuffixes[] = {".lprof"};
constexpr std::string_view kCallgrindSuffixes[] = {".callgrind"};
constexpr std::string_view kPyperfSuffixes[] = {".pyperf.json"};
constexpr std::string_view kCsvSuffixes[] = {".csv"};
constexpr std::string_view kMarkdownSuffixes[] = {".md"};

constexpr std::string_view kCallgrindPrefix = "callgrind.out";  // of file names, as valgrind's tools expect them

constexpr std::string_view kCallGraphs[] = {"profile"};
constexpr std::string_view kLines[] = {"line"};
constexpr std::string_view kCallsOrLines[] = {"profile", "line"};
constexpr std::string_view kTimes[] = {"timeit", "timer"};
constexpr std::string_view kTables[] = {"timer", "line", "profile", "alloc", "timeit"};

constexpr ReporterInfo kReporters[] = {
    {"text", "tables for people, as on stderr", kTextSuffixes, {}, make_text_reporter},
    {"json", "the recording itself, for `pyharness report` and for programs", kJsonSuffixes, {}, make_json_reporter},
    {"json.gz", "the same, compressed", kJsonGzSuffixes, {}, make_compressed_json_reporter},
    {"pstats", "what cProfile writes, for pstats, snakeviz, gprof2dot, tuna", kPstatsSuffixes, kCallGraphs,
     make_pstats_reporter},
    {"lprof", "what kernprof writes, for `python -m line_profiler`", kLprofSuffixes, kLines, make_lprof_reporter},
    {"callgrind", "for callgrind_annotate and kcachegrind", kCallgrindSuffixes, kCallsOrLines, make_callgrind_reporter},
    {"pyperf", "times of repeats, for `python -m pyperf`", kPyperfSuffixes, kTimes, make_pyperf_reporter},
    {"csv", "tables for spreadsheets and data frames", kCsvSuffixes, kTables, make_csv_reporter},
    {"markdown", "what took the most, for a pull request", kMarkdownSuffixes, kTables, make_markdown_reporter},
    {"python", "what a function of your own makes of it: python:MODULE:FUNCTION:PATH", {}, {}, make_python_reporter},
};

}  // namespace

std::span<const ReporterInfo> all_reporters() { return kReporters; }

const ReporterInfo* find_reporter(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kReporters), std::end(kReporters), [&](const ReporterInfo& r) { return r.name == name; });
  return found == std::end(kReporters) ? nullptr : found;
}

const ReporterInfo* reporter_for_path(std::string_view path) {
  const ReporterInfo* best = nullptr;
  std::size_t longest = 0;
  for (const ReporterInfo& reporter : kReporters) {
    for (const std::string_view suffix : reporter.suffixes) {
      if (suffix.size() > longest && path.ends_with(suffix)) {
        best = &reporter;
        longest = suffix.size();
      }
    }
  }
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return best == nullptr && name.starts_with(kCallgrindPrefix) ? find_reporter("callgrind") : best;
}

}  // namespace pyharness
