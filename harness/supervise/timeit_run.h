#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/record/recording.h"
#include "harness/supervise/run_plan.h"

namespace pyharness {

/// One `pyharness timeit`, complete and checked: pure data.
struct TimeitPlan {
  std::vector<std::string> statements;  // timeit's own first, then those of --versus
  std::string setup;
  std::uint64_t loops = 0;  // of a repeat; 0: as many as take 0.2 s, for each statement
  unsigned repeats = 5;     // in each process
  unsigned processes = 1;
  TimeitStatements::Clock clock = TimeitStatements::Clock::kWall;
  std::vector<std::string> words;  // those of the command line that `python -m timeit` would have got
  std::string python;              // --python, or empty
  std::vector<std::string> python_options;
  std::vector<OutputRequest> outputs;
  Presentation presentation;
  bool quiet = false;
};

/// Times the statements as `python -m timeit` of that interpreter would, repeat by repeat in turns, in as many fresh
/// processes one after the other. In the first the number of loops is found out. There is a section "timeit" only where
/// all went well; else the recording's ending is that of the process that failed, which has said why. Signals as in
/// run_program(). Throws Failure where a process cannot be started or ends well without a result.
Recording time_statements(const TimeitPlan& plan);

}  // namespace pyharness
