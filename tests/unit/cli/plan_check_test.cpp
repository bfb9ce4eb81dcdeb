#include "harness/cli/plan_check.h"

#include <doctest/doctest.h>

#include "tests/support/failure.h"

using pyharness::check_plan;
using pyharness::check_reports;
using pyharness::OutputRequest;
using pyharness::parse_engine;
using pyharness::parse_modes;
using pyharness::parse_output;
using pyharness::RunPlan;
using pyharness::testing::contains;
using pyharness::testing::failure_of;
using Words = std::vector<std::string>;

TEST_SUITE("plan check: modes") {
  TEST_CASE("the timer is always on, and the order is the registry's") {
    CHECK(parse_modes({}) == Words{"timer"});
    CHECK(parse_modes({"line"}) == Words{"timer", "line"});
    CHECK(parse_modes({"line,timer"}) == Words{"timer", "line"});
    CHECK(parse_modes({"line,profile"}) == Words{"timer", "profile", "line"});
    CHECK(parse_modes({"line", "line", "timer"}) == Words{"timer", "line"});
  }

  TEST_CASE("none runs with nothing, and with nothing else") {
    CHECK(parse_modes({"none"}).empty());
    CHECK_FALSE(failure_of([] { parse_modes({"none,line"}); }).empty());
    CHECK_FALSE(failure_of([] { parse_modes({"none", "timer"}); }).empty());
  }

  TEST_CASE("a mode that is not there is said with the nearest and all") {
    const std::string sentence = failure_of([] { parse_modes({"lin"}); });
    CHECK(contains(sentence, "'lin'"));
    CHECK(contains(sentence, "Did you mean 'line'?"));
    CHECK(contains(sentence, "timer"));
    CHECK(contains(sentence, "none"));
    CHECK_FALSE(contains(failure_of([] { parse_modes({"quantum"}); }), "Did you mean"));
    CHECK_FALSE(contains(failure_of([] { parse_modes({"\x1b[31m"}); }), "\x1b"));
  }

  TEST_CASE("an empty list is said") {
    CHECK_FALSE(failure_of([] { parse_modes({""}); }).empty());
    CHECK_FALSE(failure_of([] { parse_modes({" , "}); }).empty());
  }
}

TEST_SUITE("plan check: engines and options of modes") {
  TEST_CASE("an engine is one that its mode has") {
    CHECK(parse_engine("line=trace") == std::pair<std::string, std::string>{"line", "trace"});
    CHECK(contains(failure_of([] { parse_engine("line=trase"); }), "Did you mean 'trace'?"));
    CHECK(contains(failure_of([] { parse_engine("profile="); }), "It has: setprofile"));
    CHECK(contains(failure_of([] { parse_engine("lines=settrace"); }), "Did you mean 'line'?"));
    CHECK(contains(failure_of([] { parse_engine("settrace"); }), "MODE=NAME"));
    CHECK_FALSE(contains(failure_of([] { parse_engine("line=\x1b[31m"); }), "\x1b"));
  }

  TEST_CASE("engines and options need a mode that runs") {
    RunPlan plan;
    plan.modes = {"timer", "line"};
    plan.engines = {{"line", "trace"}};
    CHECK_NOTHROW(check_plan(plan));
    plan.engines = {{"profile", "setprofile"}};
    CHECK(contains(failure_of([&] { check_plan(plan); }), "--mode=profile"));
    plan.engines.clear();
    plan.options = {{"no-builtins", ""}};
    CHECK(contains(failure_of([&] { check_plan(plan); }), "--no-builtins does nothing without --mode=profile"));
    plan.modes = {"timer", "profile"};
    CHECK_NOTHROW(check_plan(plan));
  }

  TEST_CASE("modes that would skew each other are refused") {
    RunPlan plan;
    plan.modes = {"timer", "profile", "line"};
    const std::string sentence = failure_of([&] { check_plan(plan); });
    CHECK(contains(sentence, "--mode=profile"));
    CHECK(contains(sentence, "--mode=line"));
  }
}

TEST_SUITE("plan check: outputs") {
  TEST_CASE("a known format before the first colon wins, else the longest known suffix") {
    const auto parsed = [](const char* text) {
      const OutputRequest request = parse_output(text);
      return request.format + " " + request.path;
    };
    CHECK(parsed("json:a.txt") == "json a.txt");
    CHECK(parsed("json:-") == "json -");
    CHECK(parsed("text:json:a") == "text json:a");
    CHECK(parsed("a.json") == "json a.json");
    CHECK(parsed("dir/a.json.gz") == "json.gz dir/a.json.gz");
    CHECK(parsed("a.txt") == "text a.txt");
    CHECK(parsed("C:a.json") == "json C:a.json");
    CHECK(parsed("-") == "text -");
    CHECK(parsed("text:/dev/null") == "text /dev/null");
  }

  TEST_CASE("what tells no format or no file is said") {
    CHECK(contains(failure_of([] { parse_output("report"); }), "-o FORMAT:report"));
    CHECK(contains(failure_of([] { parse_output("report.exe"); }), "json"));
    CHECK(contains(failure_of([] { parse_output("json:"); }), "names no file"));
    CHECK_FALSE(failure_of([] { parse_output(""); }).empty());
    CHECK_FALSE(failure_of([] { parse_output("nosuch:file"); }).empty());
  }

  TEST_CASE("two reports to one place are refused") {
    RunPlan plan;
    plan.modes = {"timer", "line"};
    plan.outputs = {{"json", "a.json"}, {"text", "a.txt"}};
    CHECK_NOTHROW(check_plan(plan));
    plan.outputs.push_back({"text", "a.json"});
    CHECK(contains(failure_of([&] { check_plan(plan); }), "a.json"));
    plan.outputs = {{"text", "-"}, {"json", "-"}};
    CHECK_FALSE(failure_of([&] { check_plan(plan); }).empty());
  }

  TEST_CASE("one run is kept, and in a file of its own") {
    RunPlan plan;
    plan.keep = "kept";
    plan.outputs = {{"json", "a.json"}};
    CHECK_NOTHROW(check_plan(plan));
    plan.warmup = 1;
    CHECK(contains(failure_of([&] { check_plan(plan); }), "--keep keeps one run"));
    plan.warmup = 0;
    plan.keep = "a.json";
    CHECK(contains(failure_of([&] { check_plan(plan); }), "both go to a.json"));
  }

  TEST_CASE("every format of everything goes with every mode") {
    RunPlan plan;
    plan.outputs = {{"json", "a"}, {"json.gz", "b"}, {"text", "c"}};
    CHECK_NOTHROW(check_plan(plan));
  }
}

TEST_SUITE("plan check: what the reports show") {
  TEST_CASE("a format, a table or an order that the sections have nothing for is refused with the mode that has it") {
    const auto complaint = [](const pyharness::Presentation& presentation, const Words& sections) {
      return failure_of([&] { check_reports({}, presentation, sections); });
    };
    const std::vector<OutputRequest> outputs{{"json", "a.json"}, {"pstats", "a.prof"}};
    CHECK(failure_of([&] { check_reports(outputs, {}, Words{"timer", "profile"}); }).empty());
    CHECK(contains(failure_of([&] { check_reports(outputs, {}, Words{"timer", "line"}); }), "pstats"));
    CHECK(contains(failure_of([&] { check_reports(outputs, {}, Words{}); }), "--mode=profile"));
    pyharness::Presentation callers;
    callers.callers = "main";
    CHECK(complaint(callers, {"profile"}).empty());
    CHECK(contains(complaint(callers, {"timer", "line"}), "--callers"));
    pyharness::Presentation callees;
    callees.callees = "(";
    CHECK(contains(complaint(callees, {"line"}), "--mode=profile"));
    CHECK(contains(complaint(callees, {"profile"}), "no regular expression"));
    pyharness::Presentation sort;
    sort.sort = "cumtime";
    CHECK(complaint(sort, {"timer", "profile"}).empty());
    CHECK(contains(complaint(sort, {"timer", "line"}), "line takes time, hits, file"));
  }
}
