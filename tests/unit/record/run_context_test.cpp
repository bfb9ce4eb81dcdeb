#include "harness/record/run_context.h"

#include <doctest/doctest.h>

#include "harness/record/host_plan.h"
#include "tests/support/failure.h"

using pyharness::context_from_bytes;
using pyharness::RunContext;
using pyharness::testing::contains;
using pyharness::testing::failure_of;

namespace {

RunContext example() {
  return {.argv = {"/opt/caf\xE9/bin/python", "a.py", ""},
          .target = "a.py",
          .root = "/home/\xFF",
          .modes = {"timer", "line"},
          .python_version = "3.11.2",
          .python_executable = "/opt/caf\xE9/bin/python",
          .hash_seed = "0",
          .cpu = "Test CPU",
          .cores = 2,
          .kernel = "6.1",
          .started_at = "2026-01-02T03:04:05.000006Z",
          .clock = pyharness::ClockSource::kTsc,
          .keep_source = false,
          .costs = {{"line", {{"call", {0, 5000, 700}}}}}};
}

}  // namespace

TEST_SUITE("run context") {
  TEST_CASE("it comes back from its bytes, paths that are not UTF-8 too") {
    const RunContext context = example();
    const RunContext back = context_from_bytes(pyharness::to_bytes(context));
    CHECK(back.argv == context.argv);
    CHECK(back.target == context.target);
    CHECK(back.root == context.root);
    CHECK(back.modes == context.modes);
    CHECK(back.python_version == context.python_version);
    CHECK(back.python_executable == context.python_executable);
    CHECK(back.hash_seed == context.hash_seed);
    CHECK(back.cpu == context.cpu);
    CHECK(back.cores == context.cores);
    CHECK(back.kernel == context.kernel);
    CHECK(back.started_at == context.started_at);
    CHECK(back.clock == context.clock);
    CHECK_FALSE(back.keep_source);
    CHECK(back.costs.at("line").at("call") == pyharness::EventCost{0, 5000, 700});
  }

  TEST_CASE("bytes that are no context are refused, whole, cut or of something else") {
    const std::string good = pyharness::to_bytes(example());
    for (std::size_t length = 0; length < good.size(); ++length) {
      CAPTURE(length);
      CHECK_FALSE(failure_of([&] { context_from_bytes(good.substr(0, length)); }).empty());
    }
    CHECK_FALSE(failure_of([] { context_from_bytes(pyharness::to_bytes(pyharness::HostPlan{})); }).empty());
  }

  TEST_CASE("values that nest without end do not end the reader's stack") {
    for (const char open : {'\x81', '\x9F', '\xBF'}) {
      const std::string said = failure_of([&] { context_from_bytes(std::string(8 << 20, open)); });
      CHECK(contains(said, "cannot be read"));
    }
    CHECK(contains(failure_of([] { pyharness::plan_from_bytes(std::string(8 << 20, '\x81')); }), "too deep"));
  }
}
