#include "harness/cli/timeit_arguments.h"

#include <doctest/doctest.h>

#include "tests/support/failure.h"

using pyharness::parse_arguments;
using pyharness::TimeitCommand;
using pyharness::TimeitPlan;
using pyharness::TimeitStatements;
using pyharness::testing::contains;
using pyharness::testing::failure_of;
using Words = std::vector<std::string>;

namespace {

TimeitCommand timeit(Words words) {
  words.insert(words.begin(), "timeit");
  return std::get<TimeitCommand>(parse_arguments(words));
}
TimeitPlan plan(Words words) { return timeit(std::move(words)).plan; }
std::string complaint(Words words) {
  return failure_of([&] { timeit(std::move(words)); });
}

}  // namespace

TEST_SUITE("timeit: arguments") {
  TEST_CASE("nothing is `pass`, as often as takes 0.2 s, five times") {
    const TimeitPlan it = plan({});
    CHECK(it.statements == Words{"pass"});
    CHECK(it.setup == "pass");
    CHECK(it.loops == 0);
    CHECK(it.repeats == 5);
    CHECK(it.processes == 1);
    CHECK(it.clock == TimeitStatements::Clock::kWall);
    CHECK(it.words.empty());
  }

  TEST_CASE("python's options in all their forms, kept as they were given") {
    const Words words = {"-vpn7", "-s", "a", "--setup=b", "--rep", "3", "--uni=usec", "-v", "x", "-y", "--setup"};
    const TimeitPlan it = plan(words);
    CHECK(it.presentation.verbose == 2);
    CHECK(it.clock == TimeitStatements::Clock::kCpu);
    CHECK(it.loops == 7);
    CHECK(it.setup == "a\nb");
    CHECK(it.repeats == 3);
    CHECK(it.presentation.unit == "us");
    CHECK(it.statements == Words{"x\n-y\n--setup"});
    CHECK(it.words == words);
    CHECK(plan({"-r", "-2"}).repeats == 1);
    CHECK(plan({"-n", "1_000"}).loops == 1000);
    CHECK(plan({"-tc", "--time", "--clo", "x"}).statements == Words{"x"});  // without effect, as in python
  }

  TEST_CASE("our options stand before the statement or behind it, and are not python's") {
    for (const Words& words : {Words{"--versus", "b", "--versus=c", "-o", "x.json", "-q", "a"},
                               Words{"-q", "a", "--versus", "b", "-o", "x.json", "--versus=c"}}) {
      const TimeitPlan it = plan(words);
      CHECK(it.statements == Words{"a", "b", "c"});
      CHECK(it.repeats == 10);
      CHECK(it.words == Words{"a"});
      CHECK(it.outputs.size() == 1);
      CHECK(it.quiet);
    }
    CHECK(plan({"--versus", "b", "-r", "4"}).repeats == 4);
    CHECK(plan({"a", "-q"}).quiet);
    CHECK(plan({"-u", "ms"}).presentation.unit == "ms");
    CHECK(plan({"--", "--versus", "b"}).statements == Words{"--versus\nb"});
    CHECK(plan({"a", "--", "-o", "--"}).statements == Words{"a\n-o\n--"});
    CHECK(plan({"-", "--python-option", "-X dev"}).python_options == Words{"-X", "dev"});
  }

  TEST_CASE("an option of python's behind the statement is a line of it, with a hint") {
    CHECK(timeit({"a", "-n", "5"}).plan.statements == Words{"a\n-n\n5"});
    CHECK(contains(timeit({"a", "-n", "5"}).hint, "'-n' behind the statement is a line of it"));
    CHECK(timeit({"a", "-5", "-x"}).hint.empty());
    CHECK(timeit({"-n", "5", "a"}).hint.empty());
  }

  TEST_CASE("what is wrong is said") {
    CHECK(contains(complaint({"-x"}), "there is no option -x."));
    CHECK(contains(complaint({"--p=1"}), "--process takes no value."));  // ours are not cut short
    CHECK(contains(complaint({"--vers=1"}), "there is no option --vers."));
    CHECK(contains(complaint({"--verbos=1"}), "--verbose takes no value."));
    CHECK(contains(complaint({"--nmber", "1"}), "Did you mean '--number'?"));
    CHECK(contains(complaint({"-n", "-1"}), "--number takes a whole number from 0 on, not '-1'."));
    CHECK(contains(complaint({"-r", ""}), "--repeat takes a whole number, not ''."));
    CHECK(contains(complaint({"-s"}), "--setup needs a value."));
    CHECK(contains(complaint({"a", "--versus"}), "--versus needs a value."));
    CHECK(contains(complaint({"--color", "red"}), "--color takes auto, always or never"));
  }
}
