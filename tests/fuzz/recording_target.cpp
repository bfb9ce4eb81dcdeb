// A file that somebody hands to `pyharness report`: as JSON, or compressed.
#include "harness/base/error.h"
#include "harness/record/json.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/recording_checks.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLargest = std::size_t{1} << 22;  // less than in earnest: a gigabyte of zeros is no finding
  pyharness::Recording recording;
  try {
    recording = pyharness::from_file(pyharness::fuzz::text_of(data, size), kLargest);
  } catch (const pyharness::Failure& failure) {
    pyharness::fuzz::require_harmless(failure.what());
    return 0;
  }
  pyharness::fuzz::require_reportable(recording);
  pyharness::fuzz::require_mergeable(recording);
  return 0;
}
