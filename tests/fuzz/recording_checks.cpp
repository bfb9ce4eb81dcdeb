#include "tests/fuzz/recording_checks.h"

#include <algorithm>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/record/comparison.h"
#include "harness/record/json.h"
#include "harness/record/merge.h"
#include "reporters/reporter.h"
#include "tests/fuzz/fuzz_target.h"

namespace pyharness::fuzz {
namespace {

std::vector<ReportStyle> styles() {
  ReportStyle file;
  file.width = 0;
  file.top = 0;
  file.callers = ".";
  file.callees = "[a-z]+";
  ReportStyle narrow;
  narrow.width = 24;
  narrow.unit = "ms";
  narrow.sort = "name,hits,count";
  narrow.callers = "f|g";
  narrow.own = narrow.corrected = narrow.skip_zero = narrow.summarize = true;
  narrow.top = 3;
  ReportStyle terminal;
  terminal.color = true;
  terminal.sort = "stdname";
  return {file, narrow, terminal};
}

std::string report(const ReporterInfo& reporter, const ReportStyle& style, const Recording& recording) {
  Output output = Output::in_memory();
  try {
    reporter.make(style)->write(recording, output);
  } catch (const Failure& failure) {
    require_harmless(failure.what());
  }
  return output.bytes();
}

}  // namespace

void require_harmless(std::string_view sentence) {
  require(sentence == printable(sentence), "a sentence has no control characters");
}

void require_readable(const Recording& recording) {
  const std::string json = to_json(recording);
  try {
    const std::string again = to_json(from_json(json));
    require(again.size() == json.size(), "what is read again says the same, in whatever order");
    require(to_json(from_json(again)) == again, "what is read again says the same");
  } catch (const Failure& failure) {
    require(false, failure.what());
  }
}

void require_reportable(const Recording& recording) {
  require_readable(recording);
  for (const ReporterInfo& reporter : all_reporters()) {
    const auto& exact = {"json", "json.gz", "pstats", "lprof"};  // these say every name as it is
    const bool is_exact = std::find(exact.begin(), exact.end(), reporter.name) != exact.end();
    for (const ReportStyle& style : styles()) {
      std::string text = report(reporter, style, recording);
      if (is_exact || (style.color && reporter.name == "text")) continue;
      std::erase(text, '\n');
      std::erase(text, '\r');
      require(text == printable(text), "a report for people or as a table has no control characters and is UTF-8");
    }
  }
}

void require_mergeable(const Recording& recording) {
  Recording twice = recording;
  merge_into(twice, recording);
  require_readable(twice);
  report(*find_reporter("text"), {}, twice);
  try {
    compare(recording, twice);
  } catch (const Failure& failure) {
    require_harmless(failure.what());
  }
}

}  // namespace pyharness::fuzz
