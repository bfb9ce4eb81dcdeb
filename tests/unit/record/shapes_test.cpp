// The shapes that are not line tables: written, read, merged.
#include <doctest/doctest.h>

#include "harness/record/json.h"
#include "harness/record/merge.h"
#include "tests/support/ends_within.h"
#include "tests/support/failure.h"
#include "tests/support/recording_builder.h"

using pyharness::AllocSites;
using pyharness::CallCosts;
using pyharness::CallGraph;
using pyharness::from_json;
using pyharness::Recording;
using pyharness::StackProfile;
using pyharness::to_json;
using pyharness::testing::contains;
using pyharness::testing::failure_of;
using pyharness::testing::RecordingBuilder;

namespace {

// main calls f twice and f calls itself once.
CallGraph graph() {
  return {100,
          {{{"/work/app.py", 1, "main"}, {1, 1, 40, 100}}, {{"/work/app.py", 5, "f"}, {3, 2, 60, 60}}},
          {{0, 1, {2, 2, 40, 60}}, {1, 1, {1, 1, 20, 20}}}};
}

StackProfile samples() {
  return {1'000'000,
          7,
          1,
          {{"a.py", 3, "main"}, {"a.py", 9, "f"}},
          {{{0, 1}, "MainThread", "running", 5, 5'000'000}, {{0}, "MainThread", "waiting", 2, 2'000'000}}};
}

AllocSites sites() {
  return {{{{"/work/app.py", 3, "f"}, 100, 2, 1000, 8, 700, 7, 1},
           {{"~", 0, "<interpreter start>"}, 10, 1, 100, 1, 200, 3, 0}}};
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_SUITE("shapes") {
  TEST_CASE("a call graph and a stack profile come back as they were written") {
    const Recording recording = RecordingBuilder().calls(graph()).stacks(samples()).build();
    const std::string text = to_json(recording);
    CHECK(to_json(from_json(text)) == text);
    CHECK(contains(text, "\"total_calls\": 4"));
    CHECK(contains(text, "\"primitive_calls\": 3"));
  }

  TEST_CASE("an index out of range is refused with its path") {
    const std::string calls = to_json(RecordingBuilder().calls(graph()).build());
    for (const char* number : {"2", "4294967296", "9223372036854775808", "-1", "1.5"}) {
      CAPTURE(number);
      const std::string failure =
          failure_of([&] { from_json(with(calls, "\"callee\": 1", std::string("\"callee\": ") + number)); });
      CHECK(contains(failure, "recording.sections.profile.edges[0].callee"));
    }
    const std::string stacks = to_json(RecordingBuilder().stacks(samples()).build());
    const std::string failure = failure_of([&] { from_json(with(stacks, "      0,\n      1", "      0,\n      2")); });
    CHECK(contains(failure, "recording.sections.sample.stacks[0].frames[1] is not an index below 2"));
  }

  TEST_CASE("allocation sites come back as they were written, with their sums") {
    const std::string text = to_json(RecordingBuilder().alloc(sites()).build());
    CHECK(to_json(from_json(text)) == text);
    CHECK(contains(text, "\"peak_bytes\": 900"));
    CHECK(contains(text, "\"live_bytes\": 110"));
    CHECK(contains(text, "\"total_count\": 9"));
    CHECK(contains(failure_of([&] { from_json(with(text, "\"temporary_count\": 1", "\"temporary_count\": -1")); }),
                   "recording.sections.alloc.sites[0].temporary_count is not a count"));
    CHECK(contains(failure_of([&] { from_json(with(text, "\"peak_count\"", "\"peek_count\"")); }),
                   "peak_count is missing"));
  }

  TEST_CASE("allocation sites add up; the peak is that of one process, with its sites' shares") {
    Recording both = RecordingBuilder().alloc(sites()).build();
    AllocSites other = sites();
    other.sites[0].peak_bytes = 1000;
    other.sites[0].peak_count = 9;
    other.sites[1].peak_bytes = 0;
    other.sites[1].peak_count = 0;
    other.sites[1].key.line = 4;
    merge_into(both, RecordingBuilder().alloc(other).build());
    const AllocSites& all = *both.find<AllocSites>("alloc");
    REQUIRE(all.sites.size() == 3);
    CHECK(all.peak_bytes() == 1000);
    CHECK(all.live_bytes() == 220);
    CHECK(all.total_bytes() == 2200);
    CHECK(all.sites[0] == AllocSites::Site{{"/work/app.py", 3, "f"}, 200, 4, 2000, 16, 1000, 9, 2});
    CHECK(all.sites[2].peak_bytes == 0);
    merge_into(both, RecordingBuilder().alloc(sites()).build());
    CHECK(both.find<AllocSites>("alloc")->peak_bytes() == 1000);
  }

  TEST_CASE("a long list is read in reasonable time") {
    CallGraph long_one = graph();
    long_one.edges.resize(400'000, long_one.edges[0]);
    const std::string text = to_json(RecordingBuilder().calls(std::move(long_one)).build());
    CHECK(pyharness::testing::ends_within(20, std::size_t{1} << 30, [&] { from_json(text); }));
  }

  TEST_CASE("call graphs merge by function and by pair, whatever their order") {
    Recording both = RecordingBuilder().calls(graph()).build();
    const CallGraph other{50,
                          {{{"/work/app.py", 5, "f"}, {1, 1, 50, 50}}, {{"/work/b.py", 1, "g"}, {1, 1, 0, 50}}},
                          {{1, 0, {1, 1, 50, 50}}, {0, 0, {1, 0, 1, 1}}}};
    merge_into(both, RecordingBuilder().calls(other).build());
    const auto* all = both.find<CallGraph>("profile");
    REQUIRE(all->functions.size() == 3);
    CHECK(all->functions[1].costs.calls == 4);
    CHECK(all->functions[1].costs.self_ns == 110);
    REQUIRE(all->edges.size() == 3);
    CHECK(all->edges[1].costs.calls == 2);  // f to f
    CHECK(all->edges[2].caller == 2);       // g to f
    CHECK(all->edges[2].callee == 1);
    CHECK(all->total_ns == 150);
    CHECK(all->total_calls() == 6);
  }

  TEST_CASE("stack profiles merge by stack, thread and state; other rates are refused") {
    Recording both = RecordingBuilder().stacks(samples()).build();
    StackProfile other = samples();
    std::swap(other.frames[0], other.frames[1]);
    for (auto& stack : other.stacks) {
      for (auto& frame : stack.frames) frame = 1 - frame;
    }
    other.stacks[1].state = "running";
    merge_into(both, RecordingBuilder().stacks(other).build());
    const auto* all = both.find<StackProfile>("sample");
    CHECK(all->frames.size() == 2);
    REQUIRE(all->stacks.size() == 3);
    CHECK(all->stacks[0].count == 10);
    CHECK(all->stacks[0].weight_ns == 10'000'000);
    CHECK(all->samples == 14);
    CHECK(all->lost == 2);
    other.interval_ns = 5;
    CHECK(contains(failure_of([&] { merge_into(both, RecordingBuilder().stacks(other).build()); }), "different rates"));
  }
}
