#include "reporters/text/sort_keys.h"

#include <doctest/doctest.h>

#include "reporters/text/profile_order.h"
#include "tests/support/failure.h"

using pyharness::CallGraph;
using pyharness::check_sort;
using pyharness::in_order;
using pyharness::order_of;
using pyharness::orders_of;
using pyharness::sort_keys_of;
using pyharness::testing::contains;
using pyharness::testing::failure_of;
using Words = std::vector<std::string>;

namespace {

std::string complaint(std::string_view sort, const Words& sections) {
  return failure_of([&] { check_sort(sort, sections); });
}

}  // namespace

TEST_SUITE("sort keys") {
  TEST_CASE("a key, or the beginning of keys that mean the same") {
    const auto keys = sort_keys_of("profile");
    CHECK(order_of(keys, "time") == "internal time");
    CHECK(order_of(keys, "tottime") == "internal time");
    CHECK(order_of(keys, "t") == "internal time");
    CHECK(order_of(keys, "cum") == "cumulative time");
    CHECK(order_of(keys, "file") == "file name");
    CHECK(order_of(keys, "name") == "function name");
    CHECK(order_of(keys, "pcalls") == "primitive call count");
    CHECK(order_of(keys, "c").empty());  // calls or cumulative
    CHECK(order_of(keys, "n").empty());
    CHECK(order_of(keys, "timely").empty());
    CHECK(order_of(keys, "hits").empty());
    CHECK(order_of(sort_keys_of("line"), "hits") == "hits");
    CHECK(sort_keys_of("timer").empty());
  }

  TEST_CASE("each section takes the words that it knows") {
    CHECK(orders_of(sort_keys_of("line"), "cumtime, hits,time") == std::vector<std::string_view>{"hits", "time"});
    CHECK(orders_of(sort_keys_of("profile"), "hits").empty());
  }

  TEST_CASE("a word that no section knows is refused with those that are known") {
    CHECK(complaint("", {}).empty());
    CHECK(complaint("time", {"timer", "line"}).empty());
    CHECK(complaint("cumtime,name", {"timer", "profile"}).empty());
    CHECK(complaint("hits,cumtime", {"profile", "line"}).empty());
    const std::string line = complaint("cumtime", {"timer", "line"});
    CHECK(contains(line, "--sort=cumtime"));
    CHECK(contains(line, "line takes time, hits, file, name."));
    CHECK_FALSE(contains(line, "profile"));
    CHECK(contains(complaint("time,weight", {"profile", "line"}), "--sort=weight"));
    CHECK(contains(complaint("time", {"timer"}), "--mode=profile, --mode=line or --mode=alloc"));
    CHECK_FALSE(contains(complaint("\x1b[31m", {"line"}), "\x1b"));
  }

  TEST_CASE("every key of the profile has an order, and equal ones stay as they were") {
    const CallGraph graph{
        0,
        {{{"b.py", 10, "f"}, {1, 1, 5, 9}}, {{"a.py", 9, "g"}, {3, 1, 5, 8}}, {{"~", 0, "<len>"}, {2, 2, 7, 7}}},
        {}};
    struct Expected {
      const char* sort;
      std::vector<std::uint32_t> functions;
    };
    const Expected expected[] = {
        {"", {2, 0, 1}},       {"time", {2, 0, 1}},    {"cumtime", {0, 1, 2}},     {"ncalls", {1, 2, 0}},
        {"pcalls", {2, 0, 1}}, {"name", {2, 0, 1}},    {"filename", {1, 0, 2}},    {"line", {2, 1, 0}},
        {"nfl", {2, 0, 1}},    {"stdname", {1, 0, 2}}, {"pcalls,line", {2, 1, 0}},
    };
    for (const Expected& it : expected) {
      CAPTURE(it.sort);
      CHECK(in_order(graph, it.sort).functions == it.functions);
    }
    for (const auto& key : sort_keys_of("profile")) CHECK(in_order(graph, key.word).order == key.order);
    CHECK(in_order(graph, "calls,name").order == "call count, function name");
  }
}
