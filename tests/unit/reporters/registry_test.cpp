#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "harness/record/json.h"
#include "profilers/profiler.h"
#include "reporters/reporter.h"
#include "tests/support/recording_builder.h"
#include "tests/support/rendered.h"

using pyharness::find_reporter;
using pyharness::reporter_for_path;
using pyharness::testing::RecordingBuilder;

TEST_SUITE("registries") {
  TEST_CASE("names and suffixes are there once, and every entry can be made") {
    std::set<std::string_view> names;
    std::set<std::string_view> suffixes;
    for (const auto& reporter : pyharness::all_reporters()) {
      CHECK(names.insert(reporter.name).second);
      CHECK(find_reporter(reporter.name) == &reporter);
      CHECK_FALSE(reporter.summary.empty());
      for (const auto suffix : reporter.suffixes) CHECK(suffixes.insert(suffix).second);
      CHECK(reporter.make({}) != nullptr);
    }
    for (const auto& profiler : pyharness::all_profilers()) {
      CHECK(names.insert(profiler.name).second);
      CHECK(pyharness::find_profiler(profiler.name) == &profiler);
      CHECK((profiler.collect != nullptr));
    }
    CHECK(find_reporter("no") == nullptr);
    CHECK(pyharness::find_profiler("none") == nullptr);
  }

  TEST_CASE("the longest suffix decides") {
    CHECK(reporter_for_path("a.json")->name == "json");
    CHECK(reporter_for_path("a.json.gz")->name == "json.gz");
    CHECK(reporter_for_path("a.prof")->name == "pstats");
    CHECK(reporter_for_path("a.callgrind")->name == "callgrind");
    CHECK(reporter_for_path("some.where/callgrind.out.12")->name == "callgrind");
    CHECK(reporter_for_path("callgrind.out.json")->name == "json");
    CHECK(reporter_for_path("callgrind.out/a") == nullptr);
    CHECK(reporter_for_path("a.gz") == nullptr);
    CHECK(reporter_for_path("") == nullptr);
  }

  TEST_CASE("every reporter writes every recording that it has to do with, the same bytes each time") {
    for (const auto& reporter : pyharness::all_reporters()) {
      if (reporter.name == "python") continue;  // a function of the user's: tests/cli/test_repeat.py
      CAPTURE(reporter.name);
      const pyharness::CallGraph calls{5, {{{"/work/app.py", 1, "f"}, {1, 1, 5, 5}}}, {}};
      const pyharness::TimeitStatements timeit{{}, {{"x", "pass", 10, {700}, 70, {1}}}};
      for (const auto& recording :
           {RecordingBuilder().build(), RecordingBuilder().no_function().timer_run(5).build(),
            RecordingBuilder().calls(calls).build(), RecordingBuilder().timeit(timeit).build()}) {
        const auto& wanted = reporter.consumes;
        const bool has_any =
            std::any_of(wanted.begin(), wanted.end(), [&](auto name) { return recording.section(name) != nullptr; });
        if (!wanted.empty() && !has_any) continue;
        auto first = pyharness::Output::in_memory();
        auto second = pyharness::Output::in_memory();
        reporter.make({})->write(recording, first);
        reporter.make({})->write(recording, second);
        CHECK_FALSE(first.bytes().empty());
        CHECK(first.bytes() == second.bytes());
      }
    }
  }

  TEST_CASE("the compressed recording is the recording") {
    const auto recording = RecordingBuilder().timer_run(5).build();
    CHECK(pyharness::gunzip(pyharness::testing::rendered("json.gz", recording), 1 << 20) ==
          pyharness::to_json(recording));
  }
}
