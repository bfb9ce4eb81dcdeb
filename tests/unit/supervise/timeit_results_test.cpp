#include "harness/supervise/timeit_results.h"

#include <doctest/doctest.h>

#include "harness/supervise/machine_noise.h"

using pyharness::MachineNoise;
using pyharness::read_timed;
using pyharness::warnings_of;

TEST_SUITE("timeit: what its processes say") {
  TEST_CASE("a line for each statement") {
    const auto it = read_timed("10 5 6 1 2\n20 7 8 3 4\n", 2, 2);
    REQUIRE(it);
    CHECK(it->at(0).loops == 10);
    CHECK(it->at(0).totals_ns == std::vector<std::uint64_t>{5, 6});
    CHECK(it->at(1).empties_ns == std::vector<std::uint64_t>{3, 4});
  }

  TEST_CASE("whatever else is there is no result") {
    for (const char* text :
         {"", "10 5 6 1\n", "10 5 6 1 2 3\n", "0 5 6 1 2\n", "10 5 -6 1 2\n", "10 5 x 1 2\n",
          "10 5 6 1 99999999999999999999\n", "10 5 6 1 9999999999999999999\n", "10 5 6 1 2\n1 1 1 1 1\n"})
      CHECK_FALSE(read_timed(text, 1, 2));
  }

  TEST_CASE("a noisy machine is told") {
    CHECK(warnings_of({{}, 0.2, 1}).empty());
    CHECK(warnings_of({{"performance", "performance"}, 0.9, 2}).empty());
    CHECK(warnings_of({{"performance", "powersave"}, 0, 2}).at(0).find("governor powersave") != std::string::npos);
    CHECK(warnings_of({{}, 1.5, 2}).at(0).find("load 1.5 on 2 cores") != std::string::npos);
  }
}
