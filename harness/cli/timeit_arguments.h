#pragma once

#include <span>
#include <string>

#include "harness/cli/arguments.h"

namespace pyharness {

/// Reads the words after `pyharness timeit` as `python -m timeit` reads its own (getopt: long options may be cut short,
/// the first word that is no option begins the statement); options that only we have may stand behind the statement
/// too. Throws Failure with one sentence.
Command parse_timeit(std::span<const std::string> words);

}  // namespace pyharness
