// What the file holds is read by pstats itself in tests/peers; here is what it is made of.
#include "reporters/pstats/pstats_reporter.h"

#include <doctest/doctest.h>

#include "tests/support/failure.h"
#include "tests/support/recording_builder.h"

using pyharness::CallGraph;
using pyharness::plain_name;
using pyharness::testing::contains;
using pyharness::testing::failure_of;
using pyharness::testing::RecordingBuilder;

namespace {

std::string written(const pyharness::Recording& recording) {
  auto output = pyharness::Output::in_memory();
  pyharness::make_pstats_reporter({})->write(recording, output);
  return output.bytes();
}

std::string file_of(std::vector<CallGraph::Function> functions, std::vector<CallGraph::Edge> edges = {}) {
  return written(RecordingBuilder().calls({0, std::move(functions), std::move(edges)}).build());
}

}  // namespace

TEST_SUITE("pstats") {
  TEST_CASE("a function's own name is the last part of its qualified one") {
    CHECK(plain_name("main") == "main");
    CHECK(plain_name("Class.method") == "method");
    CHECK(plain_name("outer.<locals>.inner") == "inner");
    CHECK(plain_name("outer.<locals>.<lambda>") == "<lambda>");
    CHECK(plain_name("Class.f.<locals>.<genexpr>") == "<genexpr>");
    CHECK(plain_name("<module>") == "<module>");
    CHECK(plain_name("").empty());
  }

  TEST_CASE("a builtin keeps its whole name") {
    CHECK(contains(file_of({{{"~", 0, "<built-in method builtins.len>"}, {1, 1, 1, 1}}}),
                   "<built-in method builtins.len>"));
  }

  TEST_CASE("functions that are alike but for what surrounds them are one, with the sum of their figures") {
    const CallGraph::Function main{{"a.py", 1, "main"}, {1, 1, 1, 9}};
    const std::string merged = file_of({main, {{"a.py", 5, "f"}, {5, 5, 50, 70}}}, {{0, 1, {5, 5, 50, 70}}});
    CHECK(file_of({main, {{"a.py", 5, "A.f"}, {2, 2, 20, 30}}, {{"a.py", 5, "B.f"}, {3, 3, 30, 40}}},
                  {{0, 2, {3, 3, 30, 40}}, {0, 1, {2, 2, 20, 30}}}) == merged);
    CHECK(file_of({main, {{"a.py", 5, "A.f"}, {2, 2, 20, 30}}, {{"a.py", 6, "B.f"}, {3, 3, 30, 40}}}) != merged);
  }

  TEST_CASE("names that are not UTF-8 are made so") {
    CHECK(contains(file_of({{{"/work/\xFF.py", 1, "\xC3"}, {1, 1, 1, 1}}}), "/work/\xEF\xBF\xBD.py"));
  }

  TEST_CASE("nothing to write is a sentence") {
    CHECK(contains(failure_of([] { written(RecordingBuilder().build()); }), "--mode=profile"));
    CHECK(contains(failure_of([] { file_of({}); }), "no call"));
  }
}
