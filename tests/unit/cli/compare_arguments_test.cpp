#include <doctest/doctest.h>

#include "harness/cli/arguments.h"
#include "harness/cli/output_words.h"
#include "tests/support/failure.h"

using pyharness::CompareCommand;
using pyharness::parse_arguments;
using pyharness::parse_comparison_output;
using pyharness::parse_output;
using pyharness::testing::contains;
using pyharness::testing::failure_of;

namespace {

CompareCommand parsed(std::vector<std::string> words) {
  words.insert(words.begin(), "compare");
  return std::get<CompareCommand>(parse_arguments(words));
}

using Words = std::vector<std::string>;

}  // namespace

TEST_SUITE("arguments of compare") {
  TEST_CASE("sides, more recordings of them, gates and outputs") {
    const CompareCommand command = parsed({"a.json", "--base", "a2.json", "b.json", "--head=b2.json", "--fail-if",
                                           "profile.calls>+0", "-o", "c.xml", "-o", "github:-", "-q"});
    CHECK(command.base == Words{"a.json", "a2.json"});
    CHECK(command.head == Words{"b.json", "b2.json"});
    REQUIRE(command.gates.size() == 1);
    CHECK(command.gates[0].section == "profile");
    REQUIRE(command.outputs.size() == 2);
    CHECK(command.outputs[0].format == "junit");
    CHECK(command.outputs[1].path == "-");
    CHECK(command.quiet);
    CHECK(parsed({"--base", "a", "--head", "b"}).head == Words{"b"});
  }

  TEST_CASE("what is wrong is said") {
    CHECK(contains(failure_of([] { parsed({}); }), "nothing to compare"));
    CHECK(contains(failure_of([] { parsed({"a"}); }), "two recordings"));
    CHECK(contains(failure_of([] { parsed({"a", "b", "c"}); }), "--head FILE"));
    CHECK(contains(failure_of([] { parsed({"a", "b", "--fail-fi", "x"}); }), "--fail-if"));
  }

  TEST_CASE("formats of comparisons and of recordings name each other's command") {
    CHECK(parse_comparison_output("x.md").format == "markdown");
    CHECK(contains(failure_of([] { parse_output("junit:x"); }), "pyharness compare BASE HEAD -o junit:x"));
    CHECK(contains(failure_of([] { parse_output("x.xml"); }), "pyharness compare"));
    CHECK(contains(failure_of([] { parse_comparison_output("x.pstats"); }), "pstats shows one recording"));
    CHECK(contains(failure_of([] { parse_comparison_output("junti:x"); }), "'junit'"));
  }
}
