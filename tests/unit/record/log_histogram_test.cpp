#include <doctest/doctest.h>

#include <limits>

#include "harness/record/log_histogram.h"
#include "harness/record/merge.h"
#include "harness/record/recording.h"

using pyharness::bucket_middle;
using pyharness::bucket_of;
using pyharness::kBuckets;
using pyharness::kMostError;
using pyharness::NamedTimer;
using pyharness::quantile;

TEST_SUITE("log histogram") {
  TEST_CASE("buckets follow each other, and the middle of each lies in it") {
    for (std::uint32_t bucket = 0; bucket < kBuckets; ++bucket) CHECK(bucket_of(bucket_middle(bucket)) == bucket);
    CHECK(bucket_of(0) == 0);
    CHECK(bucket_of(127) == 127);
    CHECK(bucket_of(128) == 128);
    CHECK(bucket_of(129) == 128);
    CHECK(bucket_of(std::numeric_limits<std::uint64_t>::max()) == kBuckets - 1);
  }

  TEST_CASE("a duration is known within the error that is stated") {
    for (std::uint64_t duration = 1; duration < (std::uint64_t{1} << 62); duration += duration / 7 + 1) {
      const std::uint64_t middle = bucket_middle(bucket_of(duration));
      const std::uint64_t off = middle > duration ? middle - duration : duration - middle;
      CHECK(static_cast<double>(off) <= kMostError * static_cast<double>(duration));
    }
  }

  TEST_CASE("quantiles") {
    CHECK(quantile({}, 0.5) == 0);
    CHECK(quantile({{5, 1}}, 0.99) == 5);
    CHECK(quantile({{1, 50}, {2, 49}, {100, 1}}, 0.5) == 1);
    CHECK(quantile({{1, 50}, {2, 49}, {100, 1}}, 0.99) == 2);
    CHECK(quantile({{1, 50}, {2, 49}, {100, 1}}, 1) == 100);
    CHECK(quantile({{1, 50}, {2, 49}, {100, 1}}, 0) == 1);
  }

  TEST_CASE("timers of one name come together, as if one had seen all") {
    std::vector<NamedTimer> sum{{"a", 2, 30, 10, 20, 4000, {{10, 1}, {20, 1}}}};
    pyharness::merge_into(sum, {{"a", 2, 12, 5, 7, 8000, {{5, 1}, {7, 1}}}, {"b", 1, 1, 1, 1, 0, {{1, 1}}}});
    REQUIRE(sum.size() == 2);
    CHECK(sum[0].count == 4);
    CHECK(sum[0].total_ns == 42);
    CHECK(sum[0].min_ns == 5);
    CHECK(sum[0].max_ns == 20);
    CHECK(sum[0].cost_ps == 6000);
    CHECK(sum[0].median_ns() == 7);
    CHECK(sum[0].p99_ns() == 20);
    CHECK(sum[1].name == "b");
  }
}
