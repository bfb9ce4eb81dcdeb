#include "harness/base/units.h"

#include <doctest/doctest.h>

using pyharness::human_bytes;
using pyharness::human_count;
using pyharness::human_time;

TEST_SUITE("units") {
  TEST_CASE("times have three significant digits in the unit that fits") {
    CHECK(human_time(0) == "0 ns");
    CHECK(human_time(999) == "999 ns");
    CHECK(human_time(1234) == "1.23 us");
    CHECK(human_time(45'600) == "45.6 us");
    CHECK(human_time(789'000) == "789 us");
    CHECK(human_time(4'560'000) == "4.56 ms");
    CHECK(human_time(1'230'000'000) == "1.23 s");
    CHECK(human_time(123'456'000'000) == "123 s");
    CHECK(human_time(86'400'000'000'000) == "86400 s");
  }

  TEST_CASE("rounding up goes to the next unit, never to a power of ten") {
    for (const std::uint64_t ns : {999'499ULL, 999'500ULL, 999'999ULL, 999'499'999ULL, 999'500'000ULL, 999'999'999ULL,
                                   999'499'999'999ULL, 999'500'000'000ULL, 18'446'744'073'709'551'615ULL}) {
      CAPTURE(ns);
      CHECK(human_time(ns).find('e') == std::string::npos);
    }
    CHECK(human_time(999'499) == "999 us");
    CHECK(human_time(999'500).substr(human_time(999'500).size() - 3) == " ms");
  }

  TEST_CASE("bytes are counted in powers of 1024") {
    CHECK(human_bytes(0) == "0 B");
    CHECK(human_bytes(1023) == "1023 B");
    CHECK(human_bytes(1024) == "1.0 KiB");
    CHECK(human_bytes(1536) == "1.5 KiB");
    CHECK(human_bytes(1024 * 1024 - 1) == "1.0 MiB");
    CHECK(human_bytes(36'175'872) == "34.5 MiB");
    CHECK(human_bytes(1ULL << 30) == "1.0 GiB");
    CHECK(human_bytes(5ULL << 40) == "5120.0 GiB");
  }

  TEST_CASE("counts are grouped by thousands") {
    CHECK(human_count(0) == "0");
    CHECK(human_count(999) == "999");
    CHECK(human_count(1000) == "1,000");
    CHECK(human_count(1'234'567) == "1,234,567");
    CHECK(human_count(18'446'744'073'709'551'615ULL) == "18,446,744,073,709,551,615");
  }
}
