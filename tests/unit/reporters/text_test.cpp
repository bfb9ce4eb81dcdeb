// The text report against golden files, at 80 columns.
#include <doctest/doctest.h>

#include <sstream>

#include "harness/base/words.h"
#include "reporters/reporter.h"
#include "tests/support/ends_within.h"
#include "tests/support/failure.h"
#include "tests/support/golden.h"
#include "tests/support/recording_builder.h"
#include "tests/support/rendered.h"

using pyharness::Recording;
using pyharness::ReportStyle;
using pyharness::testing::check_golden;
using pyharness::testing::contains;
using pyharness::testing::RecordingBuilder;
using pyharness::testing::text_of;

namespace {

const std::vector<std::string> kPlainSource = {
    "import sys",
    "",
    "def load(path):",
    "    # a comment that takes more room than the report has for it on a line",
    "    with open(path) as file:",
    "        return [line.strip() for line in file]",
    "",
    "def main():",
    "    rows = load(sys.argv[1])",
    "    if not rows:",
    "        raise SystemExit('nothing to do')",
    "    return sum(len(row) for row in rows)",
    "",
    "",
    "",
    "",
    "main()",
};

RecordingBuilder plain() {
  return RecordingBuilder()
      .source("/work/app.py", kPlainSource)
      .function({"/work/app.py", 1, "<module>"}, 17, 1'187'654'321,
                {{1, {1, 54'321}}, {3, {1, 900}}, {8, {1, 600}}, {17, {1, 1'187'598'500}}})
      .function({"/work/app.py", 3, "load"}, 6, 987'654'321, {{5, {2, 123'456}}, {6, {100'000, 987'530'865}}})
      .function({"/work/app.py", 8, "main"}, 12, 1'187'598'500,
                {{9, {1, 987'700'000}}, {10, {1, 250}}, {12, {100'001, 199'898'250}}})
      .timer_run(1'200'000'000);
}

std::size_t widest(const std::string& text) {
  std::size_t columns = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) columns = std::max(columns, pyharness::display_width(line));
  return columns;
}

}  // namespace

TEST_SUITE("text report") {
  TEST_CASE("a plain program with several functions") { check_golden("plain.txt", text_of(plain().build())); }

  TEST_CASE("in colours") {
    ReportStyle style;
    style.color = true;
    check_golden("color.txt", text_of(plain().build(), style));
  }

  TEST_CASE("in milliseconds, the two functions with the most time, without a width") {
    check_golden("styled.txt", text_of(plain().build(), {"ms", "time", 2, false, 0}));
  }

  TEST_CASE("own and corrected times, what the hooks took, and the time of each function") {
    const auto builder = [] {
      return RecordingBuilder()
          .source("/work/app.py", kPlainSource)
          .optional_column("own_ns")
          .optional_column("corrected_ns")
          .function({"/work/app.py", 3, "load"}, 6, 987'654'321,
                    {{5, {2, 123'456, 123'456, 123'400}}, {6, {100'000, 987'530'865, 987'530'865, 977'400'000}}})
          .corrected(977'523'400)
          .function({"/work/app.py", 8, "main"}, 12, 1'187'598'500,
                    {{9, {1, 987'700'000, 45'679, 977'500'000}},
                     {10, {1, 250, 250, 240}},
                     {12, {100'001, 199'898'250, 199'898'250, 189'700'000}}})
          .corrected(1'177'200'240)
          .function({"/work/app.py", 30, "idle"}, 31, 0, {{31, {0, 0, 0, 0}}})
          .with([](auto& run) {
            run.overhead = {{{"line", {200'005, 50'000, 5'000}}, {"call", {2, 70'000, 9'000}}}, 10'000'390, 1'000'043};
          });
    };
    ReportStyle style;
    style.own = style.corrected = style.skip_zero = style.summarize = true;
    const std::string text = text_of(builder().build(), style);
    check_golden("own_and_corrected.txt", text);
    CHECK(widest(text) <= 80);

    auto silent = builder().with([](auto& run) { run.overhead.reset(); }).build();
    CHECK(contains(text_of(silent, style), "Corrected: Time without what the hooks took within it.\n"));
    style = {};
    CHECK_FALSE(contains(text_of(builder().build(), style), "Corrected"));
  }

  TEST_CASE("own and corrected times that were not recorded are missed in a sentence") {
    ReportStyle style;
    style.own = style.corrected = true;
    const std::string text = text_of(plain().build(), style);
    CHECK(contains(text, "this recording has no own times of lines (--own).\n"));
    CHECK(contains(text, "this recording has no corrected times (--corrected)"));
    CHECK(widest(text) <= 80);
  }

  TEST_CASE("each thread's functions apart") {
    const auto rows = [](std::int64_t hits) { return std::vector<pyharness::LineTable::Row>{{2, {hits, hits * 100}}}; };
    ReportStyle style;
    style.summarize = true;
    check_golden("threads.txt", text_of(RecordingBuilder()
                                            .source("/work/app.py", {"def f():", "    work()"})
                                            .function({"/work/app.py", 1, "f"}, 2, 1000, rows(10))
                                            .on_thread(12345)
                                            .function({"/work/app.py", 1, "f"}, 2, 500, rows(5))
                                            .on_thread(12346)
                                            .build(),
                                        style));
  }

  TEST_CASE("where functions are cut off, those with the most time stay, and what is missing is said") {
    RecordingBuilder builder;
    for (std::uint32_t i = 1; i <= 9; ++i)
      builder.function({"/work/app.py", i * 10, "f" + std::to_string(i)}, i * 10 + 5, i * 1000, {{i * 10, {1, i}}});
    ReportStyle style;
    style.top = 2;
    const std::string text = text_of(builder.build(), style);
    CHECK(text.find("Function: f9 ") < text.find("Function: f8 "));
    CHECK_FALSE(contains(text, "Function: f7 "));
    CHECK(contains(text, "7 more functions, the longest of 7.00 us. --top=0 shows all."));
    style.sort = "hits,name";
    CHECK(contains(text_of(builder.build(), style), "Function: f1 "));
  }

  TEST_CASE("first and last lines of a recording from elsewhere may stand the wrong way round") {
    auto recording = plain().build();
    for (auto& function : std::get<pyharness::LineTable>(recording.sections[0].data).functions) {
      function.last_line = 0;
      function.key.line = 16;
      function.rows.clear();
    }
    CHECK(contains(text_of(recording), "Function: load at line 16"));
  }

  TEST_CASE("a source that was deleted") {
    auto recording = plain().build();
    recording.sources.clear();
    check_golden("deleted_source.txt", text_of(recording));
  }

  TEST_CASE("names that would steer a terminal") {
    const auto recording = RecordingBuilder()
                               .target("\x1b]0;title\x07.py")
                               .source("/work/\x1b[31m.py", {"x = '\x1b[2J'", "\tprint(1)"})
                               .function({"/work/\x1b[31m.py", 1, "na\nme"}, 2, 1000, {{1, {1, 300}}, {2, {1, 700}}})
                               .note("note \x1b[5m")
                               .build();
    check_golden("control_characters.txt", text_of(recording));
  }

  TEST_CASE("no control character of a recording from elsewhere reaches the terminal") {
    auto recording = plain().loss("\x1b[31mloss", 3).build();
    recording.run.python_version = "3\x1b[31m";
    recording.run.modes.push_back("\x1b[31m");
    CHECK_FALSE(contains(text_of(recording), "\x1b"));
  }

  TEST_CASE("wide characters in source text") {
    check_golden("wide.txt",
                 text_of(RecordingBuilder()
                             .source("/work/\xE6\xBC\xA2.py", {"def \xE6\xBC\xA2\xE5\xAD\x97():",
                                                               "    return "
                                                               "'\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6"
                                                               "\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97'",
                                                               "    return 'caf\xC3\xA9 \xF0\x9F\x98\x80'"})
                             .function({"/work/\xE6\xBC\xA2.py", 1, "\xE6\xBC\xA2\xE5\xAD\x97"}, 3, 5000,
                                       {{2, {1, 4000}}, {3, {1, 1000}}})
                             .build()));
  }

  TEST_CASE("recursion: the hits are many, the time is once") {
    check_golden(
        "recursion.txt",
        text_of(
            RecordingBuilder()
                .source("/work/fib.py",
                        {"def fib(n):", "    if n < 2:", "        return n", "    return fib(n - 1) + fib(n - 2)"})
                .function({"/work/fib.py", 1, "fib"}, 4, 812'345'678,
                          {{2, {2'692'537, 198'765'432}}, {3, {1'346'269, 65'432'100}}, {4, {1'346'268, 548'148'146}}})
                .build()));
  }

  TEST_CASE("gaps at module level and a nested function") {
    std::vector<std::string> lines(40, "    pass");
    lines[0] = "import os";
    lines[1] = "x = 1";
    lines[29] = "def outer():";
    lines[31] = "    def inner():";
    lines[32] = "        return 1";
    lines[33] = "    return inner()";
    lines[39] = "outer()";
    check_golden("gaps.txt",
                 text_of(RecordingBuilder()
                             .source("/work/app.py", lines)
                             .function({"/work/app.py", 1, "<module>"}, 40, 9000,
                                       {{1, {1, 1000}}, {2, {1, 100}}, {30, {1, 200}}, {40, {1, 7700}}})
                             .function({"/work/app.py", 30, "outer"}, 34, 7000,
                                       {{31, {1, 100}}, {32, {1, 400}}, {34, {1, 6500}}})
                             .function({"/work/app.py", 32, "outer.<locals>.inner"}, 33, 5000, {{33, {1, 5000}}})
                             .build()));
  }

  TEST_CASE("figures too large for their columns") {
    check_golden("large.txt",
                 text_of(RecordingBuilder()
                             .source("/work/" + std::string(90, 'd') + "/app.py", {"while True: pass"})
                             .function({"/work/" + std::string(90, 'd') + "/app.py", 1, std::string(90, 'f')}, 1,
                                       86'400'000'000'000, {{1, {123'456'789'012, 86'400'000'000'000}}})
                             .timer_run(86'400'000'000'000)
                             .build()));
  }

  TEST_CASE("repeated runs") {
    check_golden("repeat.txt", text_of(RecordingBuilder()
                                           .timer_run(120'000'000)
                                           .timer_run(98'765'432)
                                           .timer_run(101'000'000)
                                           .timer_run(1'250'000'000)
                                           .build()));
  }

  TEST_CASE("losses, notes, a signal and several processes") {
    check_golden("losses.txt", text_of(plain()
                                           .signal(9)
                                           .loss("arena_bytes_refused", 1'048'576)
                                           .loss("tracers_set_by_the_program", 2)
                                           .loss("line_events_outside_their_code", 12'345)
                                           .loss("not_recorded_arena_full", 7)
                                           .note("Only functions decorated with @profile are shown.")
                                           .process(101, 100)
                                           .build()));
  }

  TEST_CASE("what the hooks made of the program's time") {
    const auto verified = [](std::uint64_t code_ns, std::optional<std::uint64_t> plain_code_ns) {
      return text_of(RecordingBuilder()
                         .with([&](pyharness::RunInfo& run) {
                           run.wall_ns = code_ns + 100'000'000;
                           run.code_wall_ns = code_ns;
                           run.verified = {1, 1'920'000'000, plain_code_ns, {}};
                         })
                         .build());
    };
    CHECK(contains(verified(2'912'000'000, 1'820'000'000),
                   "Without hooks the program took 1.82 s; under them 2.91 s (1.60 times)."));
    CHECK(contains(verified(2'912'000'000, std::nullopt), "took 1.92 s; under them 3.01 s (1.57 times)."));
    const auto twice = RecordingBuilder().timer_run(4'000'000'000).timer_run(2'000'000'000).with([](auto& run) {
      run.code_wall_ns = 6'000'000'000;
      run.verified = {2, 6'000'000'000, 4'000'000'000, {}};
    });
    CHECK(contains(text_of(twice.build()), "took 2.00 s; under them 3.00 s on average of 2"));
    CHECK(contains(verified(1, 0), "(1.00 times)"));
  }

  TEST_CASE("endings are said in words") {
    CHECK(contains(text_of(RecordingBuilder().exit_status(3).build()), "exited with status 3"));
    CHECK(contains(text_of(RecordingBuilder().signal(15).build()), "SIGTERM"));
    CHECK(contains(text_of(RecordingBuilder().signal(40).build()), "signal 40"));
    CHECK(contains(text_of(RecordingBuilder().still_runs().build()), "The program is still running, 1.23 s so far."));
    const std::string lost = text_of(RecordingBuilder().with([](auto& run) { run.ending = {{}, {}, true}; }).build());
    CHECK(contains(lost, "ran for 1.23 s at the least"));
    CHECK(contains(lost, "How it ended is not known"));
  }

  TEST_CASE("nothing watched ran: what was own code, and how to watch more") {
    check_golden("nothing.txt", text_of(RecordingBuilder().no_function().timer_run(1'000'000).build()));
  }

  TEST_CASE("no line of a table is wider than the terminal") {
    for (const std::size_t width : {80, 120}) {
      CAPTURE(width);
      CHECK(widest(text_of(plain().build(), {"", "", 0, false, width})) <= width);
    }
  }

  TEST_CASE("no sentence is wider than the terminal, and none is cut off") {
    const std::string text = text_of(plain().build()) + text_of(RecordingBuilder().no_function().build()) +
                             text_of(plain().loss("tracers_set_by_the_program", 2).build());
    CHECK(widest(text) <= 80);
    CHECK_FALSE(contains(text, "The most time, with w..."));
  }

  TEST_CASE("functions in several orders; words for other sections change nothing") {
    const auto first = [](const char* sort) {
      const std::string text = text_of(plain().build(), {"", sort, 1, false, 80});
      return text.substr(text.find("Function: ") + 10, 4);
    };
    CHECK(first("") == "<mod");
    CHECK(first("hits") == "main");
    CHECK(first("cumtime,hits,file") == "main");
    CHECK(first("time") == "<mod");
    CHECK(first("file,hits") == "<mod");
    CHECK(first("weight") == "<mod");
  }

  TEST_CASE("hostile line numbers cost no time") {
    auto recording = plain().build();
    std::get<pyharness::LineTable>(recording.sections[0].data).functions[0].last_line = 0xFFFFFFFF;
    CHECK(pyharness::testing::ends_within(5, std::size_t{1} << 29, [&] { text_of(recording); }));
  }

  TEST_CASE("thousands of functions in one file are written in reasonable time") {
    RecordingBuilder builder;
    builder.source("/work/big.py", std::vector<std::string>(60'000, "    pass"));
    builder.function({"/work/big.py", 1, "<module>"}, 60'000, 1, {{1, {1, 1}}, {60'000, {1, 1}}});
    for (std::uint32_t i = 0; i < 3000; ++i)
      builder.function({"/work/big.py", i * 20 + 2, "f"}, i * 20 + 18, 1, {{i * 20 + 5, {1, 1}}});
    const auto recording = builder.build();
    CHECK(pyharness::testing::ends_within(20, std::size_t{1} << 30, [&] { text_of(recording); }));
  }

  TEST_CASE("functions that each span the whole file are not written out for each") {
    RecordingBuilder builder;
    builder.source("/work/big.py", std::vector<std::string>(20'000, std::string(10, 'x')));
    for (int i = 0; i < 5000; ++i) builder.function({"/work/big.py", 1, "f" + std::to_string(i)}, 0xFFFFFFFF, 1, {});
    const auto recording = builder.build();
    CHECK(pyharness::testing::ends_within(60, std::size_t{1} << 30, [&] {
      if (!contains(text_of(recording), "Some source text without figures was left out")) _exit(1);
    }));
  }

  TEST_CASE("a line of source that many functions stand on is cut") {
    RecordingBuilder builder;
    builder.source("/work/a.py", {std::string(500'000, 'x')});
    for (int i = 0; i < 3000; ++i) builder.function({"/work/a.py", 1, "f" + std::to_string(i)}, 1, 1, {{1, {1, 1}}});
    const auto recording = builder.build();
    CHECK(pyharness::testing::ends_within(60, std::size_t{1} << 30, [&] { text_of(recording); }));
  }
}
