#include <doctest/doctest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "harness/record/json.h"
#include "harness/record/merge.h"
#include "tests/support/ends_within.h"
#include "tests/support/failure.h"
#include "tests/support/recording_builder.h"

using Json = nlohmann::json;
using pyharness::from_json;
using pyharness::merge_into;
using pyharness::Recording;
using pyharness::to_json;
using pyharness::testing::contains;
using pyharness::testing::failure_of;
using pyharness::testing::RecordingBuilder;

namespace {

RecordingBuilder full() {
  return RecordingBuilder()
      .source("/work/app.py", {"def f():", "    return 1", "", "f()"})
      .function({"/work/app.py", 1, "<module>"}, 4, 900, {{1, {1, 10}}, {4, {1, 890}}})
      .function({"/work/app.py", 1, "f"}, 2, 700, {{2, {1, 700}}})
      .timer_run(1'200'000'000)
      .loss("arena_bytes_refused", 4096)
      .note("Only functions decorated with @profile are shown.")
      .process(101, 100)
      .with([](pyharness::RunInfo& run) {
        run.hash_seed = "0";
        run.turns = "of two";
        run.forks = true;
        run.verified = {1, 900'000'000, 800'000'000, {700'000'000, 60'000'000}};
      });
}

Recording repeated_timer() {
  const auto run = [](std::uint64_t time) {
    return RecordingBuilder().timer_run(9).named_timer("load", {time}).build();
  };
  Recording both = run(5);
  merge_into(both, run(700));
  return both;
}

/// What from_json says of a good recording after `damage`.
std::string complaint(const std::function<void(Json&)>& damage) {
  Json json = Json::parse(to_json(full().build()));
  damage(json);
  return failure_of([&] { from_json(json.dump()); });
}

}  // namespace

TEST_SUITE("recording as JSON") {
  TEST_CASE("a recording comes back as it was") {
    for (const auto& recording :
         {full().build(), full().signal(9).build(), full().still_runs().build(), RecordingBuilder().build(),
          RecordingBuilder().no_function().build(), repeated_timer()}) {
      const std::string text = to_json(recording);
      CHECK(to_json(from_json(text)) == text);
    }
  }

  TEST_CASE("optional columns, threads and what the hooks took come back as they were") {
    const std::string text =
        to_json(RecordingBuilder()
                    .optional_column("own_ns")
                    .optional_column("corrected_ns")
                    .function({"/work/app.py", 1, "f"}, 2, 700, {{1, {1, 10, 10, 8}}, {2, {1, 690, 90, 600}}})
                    .on_thread(77)
                    .corrected(650)
                    .with([](auto& run) {
                      run.overhead = {{{"line", {3, 10'700, 500}}, {"call", {1, 30'000, 0}}}, 62, 2};
                    })
                    .build());
    const auto back = from_json(text);
    CHECK(to_json(back) == text);
    const auto* table = back.find<pyharness::LineTable>("line");
    CHECK(table->column("corrected_ns") == 3);
    CHECK(table->functions[0].thread == 77);
    CHECK(table->functions[0].corrected_ns == 650);
    CHECK(back.run.overhead->kinds.at("line") == pyharness::EventCost{3, 10'700, 500});
    CHECK(back.run.overhead->events() == 4);
    CHECK_FALSE(full().build().run.overhead.has_value());
  }

  TEST_CASE("a column that only some rows have is refused") {
    const auto lines = [](Json& json) -> Json& { return json["sections"]["line"]["functions"][0]["lines"]; };
    CHECK(complaint([&](Json& json) { lines(json)[1]["own_ns"] = 1; }) ==
          "recording.sections.line.functions[0].lines[1] is not like the lines before it: it has own_ns.");
    CHECK(complaint([&](Json& json) { lines(json)[0]["corrected_ns"] = 1; }) ==
          "recording.sections.line.functions[0].lines[1] is not like the lines before it: it has no corrected_ns.");
  }

  TEST_CASE("processes come back as they were") {
    using Process = pyharness::ProcessInfo;
    const std::vector<Process> processes{
        {1, 2, Process::Start::kRun, Process::State::kReplaced, {"python", "", "a b", "\n"}, {}},
        {3, 1, Process::Start::kFork, Process::State::kRunning, {}, {}},
        {4, 1, Process::Start::kFork, Process::State::kGone, {}, {}},
        {5, 1, Process::Start::kExec, Process::State::kGone, {"python"}, {255, {}}},
        {6, 5, Process::Start::kExec, Process::State::kGone, {"python", "-c", "1"}, {{}, 9}}};
    const auto recording = RecordingBuilder().with([&](auto& run) { run.processes = processes; }).build();
    const std::vector<Process> back = from_json(to_json(recording)).run.processes;
    REQUIRE(back.size() == processes.size());
    for (std::size_t i = 0; i < back.size(); ++i) {
      CAPTURE(i);
      CHECK(back[i].pid == processes[i].pid);
      CHECK(back[i].parent == processes[i].parent);
      CHECK((back[i].start == processes[i].start));
      CHECK((back[i].state == processes[i].state));
      CHECK(back[i].argv == processes[i].argv);
      CHECK(back[i].ending.exit_status == processes[i].ending.exit_status);
      CHECK(back[i].ending.signal == processes[i].ending.signal);
    }
  }

  TEST_CASE("names that are absent stay absent") {
    auto recording = full().build();
    recording.run.code_wall_ns.reset();
    recording.run.hash_seed.reset();
    std::get<pyharness::LineTable>(recording.sections[0].data).functions[0].total_ns.reset();
    const Json json = Json::parse(to_json(recording));
    CHECK_FALSE(json["run"].contains("code_wall_ns"));
    CHECK_FALSE(json["run"].contains("hash_seed"));
    CHECK_FALSE(json["run"].contains("signal"));
    CHECK_FALSE(json["sections"]["line"]["functions"][0].contains("total_ns"));
    const auto back = from_json(json.dump());
    CHECK_FALSE(back.run.code_wall_ns.has_value());
    CHECK_FALSE(back.find<pyharness::LineTable>("line")->functions[0].total_ns.has_value());
    CHECK_FALSE(contains(to_json(recording), "null"));
  }

  TEST_CASE("the contract's names are there") {
    const Json json = Json::parse(to_json(full().build()));
    CHECK(json["schema"] == "pyharness.recording");
    CHECK(json["schema_version"] == 1);
    for (const char* name :
         {"argv", "target", "root", "modes", "python", "exit_status", "started_at", "wall_ns", "code_wall_ns",
          "user_ns", "system_ns", "children", "peak_rss_bytes", "hash_seed", "host", "clock", "processes", "losses"}) {
      CAPTURE(name);
      CHECK(json["run"].contains(name));
    }
    CHECK(json["sections"]["timer"]["min_ns"] == 1'200'000'000);
    CHECK(json["sections"]["line"]["functions"][1]["lines"][0] == Json({{"line", 2}, {"hits", 1}, {"time_ns", 700}}));
    CHECK(json["sources"][0]["lines"]["2"] == "    return 1");
  }

  TEST_CASE("names that are not UTF-8 are written as UTF-8") {
    const std::string text = to_json(full().target("caf\xE9.py").build());
    CHECK(Json::parse(text)["run"]["target"] == "caf\xEF\xBF\xBD.py");
  }

  TEST_CASE("what is no recording is refused in one sentence") {
    for (const char* text : {"", "{", "[]", "null", "{}", R"({"schema": 7})", R"({"schema": "other"})", "\xFF\xFE"}) {
      CAPTURE(text);
      CHECK_FALSE(failure_of([&] { from_json(text); }).empty());
    }
    const std::string good = to_json(full().build());
    for (std::size_t length = 0; length < good.size() - 2; length += 17) {
      CAPTURE(length);
      CHECK_FALSE(failure_of([&] { from_json(good.substr(0, length)); }).empty());
    }
  }

  TEST_CASE("each kind of damage is named with its path") {
    const auto line = [](Json& j) -> Json& { return j["sections"]["line"]["functions"][0]; };
    CHECK(contains(complaint([](Json& j) { j["schema_version"] = 2; }), "schema version 2"));
    CHECK(contains(complaint([](Json& j) { j.erase("run"); }), "recording.run is missing"));
    CHECK(contains(complaint([](Json& j) { j["run"] = 1; }), "recording.run is not an object"));
    CHECK(contains(complaint([](Json& j) { j["run"].erase("wall_ns"); }), "recording.run.wall_ns is missing"));
    CHECK(contains(complaint([](Json& j) { j["run"]["wall_ns"] = -1; }), "recording.run.wall_ns is not a count"));
    CHECK(contains(complaint([](Json& j) { j["run"]["wall_ns"] = 1.5; }), "recording.run.wall_ns is not a count"));
    CHECK(contains(complaint([](Json& j) { j["run"]["wall_ns"] = ~std::uint64_t{0}; }), "is not a count"));
    CHECK(contains(complaint([](Json& j) { j["run"]["argv"][1] = 5; }), "recording.run.argv[1] is not text"));
    CHECK(contains(complaint([](Json& j) { j["run"]["argv"] = "x"; }), "recording.run.argv is not a list"));
    CHECK(contains(complaint([](Json& j) { j["run"]["losses"]["x"] = "y"; }), "recording.run.losses.x is not a count"));
    CHECK(contains(complaint([](Json& j) { j["run"]["hash_seed"] = nullptr; }), "recording.run.hash_seed is not text"));
    CHECK(contains(complaint([](Json& j) { j["run"]["exit_status"] = "0"; }), "recording.run.exit_status"));
    CHECK(contains(complaint([](Json& j) { j["run"]["processes"][1]["pid"] = "1"; }), "run.processes[1].pid"));
    CHECK(contains(complaint([](Json& j) { j["sources"] = Json::object(); }), "recording.sources is not a list"));
    CHECK(contains(complaint([](Json& j) { j["sources"][0]["lines"]["x"] = ""; }), "sources[0].lines.x is not named"));
    CHECK(contains(complaint([](Json& j) { j["sections"] = Json::array(); }), "recording.sections is not an object"));
    CHECK(contains(complaint([&](Json& j) { line(j).erase("name"); }), "line.functions[0].name is missing"));
    CHECK(contains(complaint([&](Json& j) { line(j)["line"] = 5'000'000'000; }),
                   "functions[0].line is not a line number"));
    CHECK(contains(complaint([&](Json& j) { line(j)["lines"][1]["hits"] = true; }), "lines[1].hits is not a count"));
    CHECK(contains(complaint([&](Json& j) { line(j)["lines"][1].erase("time_ns"); }), "lines[1].time_ns is missing"));
    CHECK(
        contains(complaint([](Json& j) { j["sections"]["timer"]["runs"][0] = 1; }), "timer.runs[0] is not an object"));
  }

  TEST_CASE("every value replaced by each other kind is refused or read, never a crash") {
    const Json good = Json::parse(to_json(full().build()));
    const Json kinds[] = {nullptr, true, -1, 1.5, "x", Json::array(), Json::object(), ~std::uint64_t{0}};
    const Json flat = good.flatten();
    for (const auto& leaf : flat.items()) {
      for (const Json& kind : kinds) {
        Json damaged = good;
        damaged[Json::json_pointer(leaf.key())] = kind;
        CHECK_NOTHROW(failure_of([&] { to_json(from_json(damaged.dump())); }));
      }
    }
  }

  TEST_CASE("a file nested without end is refused") {
    CHECK(contains(failure_of([] { from_json(std::string(1'000'000, '[')); }), "nested"));
    CHECK_FALSE(failure_of([] { from_json(R"({"schema":)" + std::string(100'000, '[')); }).empty());
  }

  TEST_CASE("a section of a later version is left out with a note") {
    Json json = Json::parse(to_json(full().build()));
    json["sections"]["quantum"] = {{"x", 1}};
    const auto recording = from_json(json.dump());
    CHECK(recording.section("quantum") == nullptr);
    CHECK(contains(recording.run.notes.back(), "quantum"));
  }

  TEST_CASE("fifty thousand lines of source are written in time that grows with their number") {
    std::vector<std::string> lines(50'000, "x = 1");
    const auto recording = RecordingBuilder().source("/work/big.py", lines).build();
    CHECK(pyharness::testing::ends_within(3, std::size_t{1} << 30, [&] { to_json(recording); }));
  }

  TEST_CASE("names of a file are told so that they cannot steer a terminal") {
    CHECK(contains(complaint([](Json& j) { j["run"]["losses"]["\x1b[2J"] = "y"; }), "losses.\\x1b[2J is not a count"));
  }

  TEST_CASE("sources are in order, each file's once") {
    Json twice = Json::parse(to_json(full().source("/a.py", {"x"}).build()));
    CHECK(from_json(twice.dump()).source_line("/a.py", 1) != nullptr);
    std::reverse(twice["sources"].begin(), twice["sources"].end());
    CHECK(from_json(twice.dump()).source_line("/a.py", 1) != nullptr);
    twice["sources"].push_back(twice["sources"][0]);
    CHECK(contains(failure_of([&] { from_json(twice.dump()); }), "sources[2] is not the only one of its file"));
  }
}
