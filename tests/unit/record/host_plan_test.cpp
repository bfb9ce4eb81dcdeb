#include <doctest/doctest.h>

#include "harness/record/host_plan.h"
#include "tests/support/failure.h"

using pyharness::HostPlan;
using pyharness::plan_from_bytes;
using pyharness::testing::failure_of;

TEST_SUITE("host plan") {
  TEST_CASE("a plan comes back from its bytes, paths that are not UTF-8 too") {
    const HostPlan plan{.python = "/opt/caf\xE9/bin/python",
                        .library = "/opt/caf\xE9/lib/libpython3.12.so",
                        .modes = {"timer", "line"},
                        .watch = {{"a:b"}, {"*.py"}, {"/home/\xFF"}, "pkg.mod"},
                        .follow = {{7, 8, "/host"}},
                        .start_paused = true,
                        .engines = {{"line", "settrace"}},
                        .options = {{"no-builtins", ""}, {"frames", "3"}},
                        .costs = {{"line", {{"call", {0, 30'000, 500}}}}}};
    const HostPlan back = plan_from_bytes(pyharness::to_bytes(plan));
    CHECK(back.python == plan.python);
    CHECK(back.modes == plan.modes);
    CHECK(back.watch.only == plan.watch.only);
    CHECK(back.watch.exclude == plan.watch.exclude);
    CHECK(back.watch.roots == plan.watch.roots);
    CHECK(back.watch.module == plan.watch.module);
    REQUIRE(back.follow.size() == 1);
    CHECK(back.follow[0].inode == 8);
    CHECK(back.follow[0].host == "/host");
    CHECK(back.start_paused);
    CHECK(back.library == plan.library);
    CHECK(back.engines == plan.engines);
    CHECK(back.options == plan.options);
    CHECK(back.costs == plan.costs);
  }

  TEST_CASE("an empty plan comes back empty") {
    const HostPlan back = plan_from_bytes(pyharness::to_bytes({}));
    CHECK(back.modes.empty());
    CHECK_FALSE(back.start_paused);
  }

  TEST_CASE("bytes that are no plan are refused") {
    HostPlan short_plan;
    short_plan.python = "/usr/bin/python3";
    short_plan.modes = {"line"};
    const std::string good = pyharness::to_bytes(short_plan);
    CHECK_FALSE(failure_of([] { plan_from_bytes(""); }).empty());
    CHECK_FALSE(failure_of([] { plan_from_bytes("\xA0"); }).empty());
    CHECK_FALSE(failure_of([] { plan_from_bytes(std::string(1000, '\x81')); }).empty());
    for (std::size_t length = 0; length < good.size(); ++length) {
      CAPTURE(length);
      CHECK_FALSE(failure_of([&] { plan_from_bytes(good.substr(0, length)); }).empty());
    }
  }
}
