#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/output.h"
#include "harness/record/recording.h"

namespace pyharness {

/// How text is to look; everything else a reporter takes from the recording.
struct ReportStyle {
  std::string unit;                // of times in tables: "s", "ms", "us", "ns"; empty: each table's own
  std::string sort;                // comma list of keys (text/sort_keys.h); empty: the report's own order
  std::optional<std::size_t> top;  // functions at the most; 0: all; absent: as many as people look at
  bool color = false;
  std::size_t width = 80;  // columns; 0: as many as it takes
  std::string callers{};   // pattern of functions (text/function_pattern.h) whose callers are shown; empty: of none
  std::string callees{};   // the same for what they call
  // Of line profiles:
  bool own = false;        // a column of own time
  bool corrected = false;  // a column of corrected time
  bool skip_zero = false;  // without functions that never ran
  bool summarize = false;  // a closing table with the time of each function
  // Of timeit:
  unsigned verbose = 0;  // how often -v was given: every repeat, and from the second on a digit more each
  // Of the format "python":
  std::string function{};  // MODULE:FUNCTION
  std::string python{};    // who runs it; empty: python3
};

/// Turns a recording into bytes. Pure: no clock, no file, no environment.
class Reporter {
 public:
  virtual ~Reporter() = default;
  /// Throws Failure where the recording holds nothing for this format.
  virtual void write(const Recording& recording, Output& output) const = 0;
};

/// A format as data.
struct ReporterInfo {
  std::string_view name;                       // the word before the colon of -o
  std::string_view summary;                    // one line
  std::span<const std::string_view> suffixes;  // of file names that mean this format, the longest first
  /// Sections it can show, any of them; empty: every recording.
  std::span<const std::string_view> consumes;
  std::unique_ptr<Reporter> (*make)(const ReportStyle&);
};

/// In the order of `pyharness list`.
std::span<const ReporterInfo> all_reporters();
/// Null where there is none of this name.
const ReporterInfo* find_reporter(std::string_view name);
/// By the longest suffix of `path` that is known, or as a file callgrind.out.ANYTHING; null where neither is.
const ReporterInfo* reporter_for_path(std::string_view path);

}  // namespace pyharness
