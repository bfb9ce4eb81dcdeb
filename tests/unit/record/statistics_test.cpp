#include "harness/record/statistics.h"

#include <doctest/doctest.h>

#include <cstdint>

namespace pyharness {
namespace {

TEST_CASE("the median is the middle, or halfway between the two in the middle") {
  CHECK(median<std::uint64_t>({9}) == 9);
  CHECK(median<std::uint64_t>({9, 1, 5}) == 5);
  CHECK(median<std::uint64_t>({9, 1, 5, 6}) == 5);
  CHECK(median<double>({9, 1, 5, 6}) == 5.5);
  CHECK(median<std::uint64_t>({~std::uint64_t{0}, ~std::uint64_t{0} - 2}) == ~std::uint64_t{0} - 1);
}

TEST_CASE("the median's interval goes by the table of signs") {
  const auto up_to = [](int n) {
    std::vector<double> values;
    for (int i = n; i > 0; --i) values.push_back(i);
    return values;
  };
  CHECK(!median_interval({}));
  CHECK(!median_interval(up_to(5)));  // 93.75 %
  CHECK(median_interval(up_to(6)) == Interval{1, 6});
  CHECK(median_interval(up_to(8)) == Interval{1, 8});   // ranks 2 and 7: 92.97 %
  CHECK(median_interval(up_to(9)) == Interval{2, 8});   // 96.1 %
  CHECK(median_interval(up_to(10)) == Interval{2, 9});  // 97.9 %
  CHECK(median_interval(up_to(20)) == Interval{6, 15});
  CHECK(median_interval(up_to(5), 0.9) == Interval{1, 5});
  CHECK(median_interval(up_to(10000)) == Interval{4902, 5099});
}

TEST_CASE("intervals overlap where they touch") {
  CHECK(Interval{1, 2}.overlaps({2, 3}));
  CHECK(Interval{2, 3}.overlaps({1, 2}));
  CHECK(Interval{1, 9}.overlaps({2, 3}));
  CHECK(!Interval{1, 2}.overlaps({2.5, 3}));
  CHECK(!Interval{2.5, 3}.overlaps({1, 2}));
}

TEST_CASE("outliers are named by where they stand") {
  CHECK(outliers({}).empty());
  CHECK(outliers({1, 1, 100}).empty());
  CHECK(outliers({5, 5, 5, 5}).empty());
  CHECK(outliers({10, 11, 30, 12, 11, 10, 1}) == std::vector<std::size_t>{2, 6});
}

}  // namespace
}  // namespace pyharness
