// The processes in the text report, against golden files.
#include <doctest/doctest.h>

#include <sstream>

#include "harness/base/words.h"
#include "reporters/reporter.h"
#include "tests/support/failure.h"
#include "tests/support/golden.h"
#include "tests/support/recording_builder.h"
#include "tests/support/rendered.h"

using pyharness::ReportStyle;
using pyharness::testing::check_golden;
using pyharness::testing::contains;
using pyharness::testing::RecordingBuilder;
using Start = pyharness::ProcessInfo::Start;
using State = pyharness::ProcessInfo::State;

namespace {

// From "Processes:" on.
std::string text_of(const RecordingBuilder& builder, const ReportStyle& style = {}) {
  const std::string text = pyharness::testing::text_of(builder.build(), style);
  return text.substr(std::min(text.find("Processes:"), text.size()));
}

RecordingBuilder family() {
  return RecordingBuilder()
      .process({101, 100, Start::kFork, State::kGone, {}, {0, {}}})
      .process({102, 100, Start::kExec, State::kGone, {"/usr/bin/python3.11", "-m", "pytest", "-q"}, {1, {}}})
      .process({103, 102, Start::kFork, State::kGone, {}, {{}, 9}})
      .process({104, 102, Start::kFork, State::kReplaced, {}, {}})
      .process({104, 102, Start::kExec, State::kRunning, {"python", "server.py"}, {}})
      .process({105, 104, Start::kFork, State::kGone, {}, {}})
      .process({106, 77, Start::kExec, State::kGone, {"", "daemon.py", "\x1b[31m"}, {0, {}}})
      .process({107, 106, Start::kExec, State::kGone, {"/opt/python", std::string(200, 'x')}, {255, {}}});
}

}  // namespace

TEST_SUITE("processes as text") {
  TEST_CASE("a tree of all kinds") { check_golden("processes.txt", text_of(family())); }

  TEST_CASE("more than are shown") {
    RecordingBuilder builder = family();
    for (int i = 0; i < 30; ++i) builder.process(200 + i, 100);
    check_golden("processes_many.txt", text_of(builder));
    const std::string all = text_of(builder, {"", "", 0});
    CHECK(contains(all, "    229  "));
    CHECK_FALSE(contains(all, "more (--top)"));
  }

  TEST_CASE("no more columns than there are") {
    std::istringstream lines(text_of(family(), {"", "", {}, false, 60}));
    for (std::string line; std::getline(lines, line);) CHECK(pyharness::display_width(line) <= 60);
  }

  TEST_CASE("one process is no tree") { CHECK(text_of(RecordingBuilder()).empty()); }

  TEST_CASE("a list that leads in a circle ends, and has everybody once") {
    RecordingBuilder builder;
    builder.process(300, 301).process(301, 300).process(302, 302);
    const std::string text = text_of(builder);
    CHECK(contains(text, "Processes: 4"));
    for (int i = 0; i < 30; ++i) builder.process(400 + i, 400 + i + 1);  // as deep as there are
    CHECK(contains(text_of(builder, {"", "", 0}), "    400  "));
  }
}
