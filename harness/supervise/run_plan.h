#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pyharness {

/// What is to run.
struct Target {
  enum class Kind { kScript, kModule, kCommand, kStdin };
  Kind kind = Kind::kScript;
  std::string value;                   // file, module or code; "-" for stdin
  std::vector<std::string> arguments;  // the program's own, verbatim
};

/// How text reports are to look.
struct Presentation {
  std::string unit;                // of times in tables: "s", "ms", "us", "ns"; empty: each table's own
  std::string sort;                // comma list of keys; empty: the report's own order
  std::optional<std::size_t> top;  // rows or functions at the most; 0: all; absent: as many as people look at
  std::string callers;             // pattern of functions whose callers are shown; empty: of none
  std::string callees;             // the same for what they call
  // Of line profiles:
  bool own = false;        // a column of own time
  bool corrected = false;  // a column of corrected time
  bool skip_zero = false;  // without functions that never ran
  bool summarize = false;  // a closing table with the time of each function
  unsigned verbose = 0;    // of timeit: how often -v was given
  std::string python;      // that runs the functions of -o python:; empty: python3
  enum class Color { kAuto, kAlways, kNever } color = Color::kAuto;
};

/// A report to write, as on the command line: "[FORMAT:]PATH" resolved to both.
struct OutputRequest {
  std::string format;
  std::string path;
  std::string function{};  // of the format "python": MODULE:FUNCTION
};

/// What the target is to run in turns with: another one of its kind, another Python, or both.
struct Against {
  std::string target;                  // empty: the same
  std::string python;                  // empty: the same
  std::vector<OutputRequest> outputs;  // reports of its own recording
};

/// One `pyharness run`, complete and checked: pure data.
struct RunPlan {
  Target target;
  std::vector<std::string> modes;  // profilers to install; empty for `none`
  std::string python;              // --python, or empty
  std::vector<std::string> python_options;
  std::vector<std::string> only;
  std::vector<std::string> exclude;
  std::vector<std::string> timed;  // patterns of functions whose calls are timed
  std::vector<OutputRequest> outputs;
  Presentation presentation;
  std::string keep;                            // file that the live data is kept in; empty: in none
  std::map<std::string, std::string> engines;  // by mode, where --engine names one
  std::map<std::string, std::string> options;  // of profilers, without dashes; an empty value for those that take none
  bool quiet = false;
  bool start_paused = false;
  bool keep_source = true;
  bool follow = true;  // child pythons
  unsigned repeat = 1;
  unsigned warmup = 0;
  bool forks = false;  // repetitions are forks of one process that has started Python and imported
  double until = 0;    // stop before `repeat` when the median is known to within this share of it; 0: never
  std::optional<Against> against;
  bool verify = false;  // once more, without hooks
};

}  // namespace pyharness
