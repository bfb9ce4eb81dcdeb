// The alloc part of the text report against golden files, at 80 columns.
#include <doctest/doctest.h>

#include "reporters/reporter.h"
#include "tests/support/ends_within.h"
#include "tests/support/failure.h"
#include "tests/support/golden.h"
#include "tests/support/recording_builder.h"
#include "tests/support/rendered.h"

using pyharness::AllocSites;
using pyharness::Recording;
using pyharness::ReportStyle;
using pyharness::testing::check_golden;
using pyharness::testing::contains;
using pyharness::testing::RecordingBuilder;
using pyharness::testing::text_of;

namespace {

AllocSites sites() {
  AllocSites alloc{{{{"/usr/lib/python3.11/json/decoder.py", 353, "JSONDecoder.raw_decode"},
                     940'050,
                     19'735,
                     12'345'678,
                     234'567,
                     2'940'050,
                     59'735,
                     1'234},
                    {{"/work/app.py", 5, "load"}, 0, 0, 160'000'000, 2, 160'000'000, 1, 1},
                    {{"/work/app.py", 6, "load"}, 2048, 2, 2048, 2, 2048, 2, 0},
                    {{"/work/app.py", 9, "main"}, 0, 0, 500, 10, 0, 0, 10},
                    {{"~", 0, "<interpreter start>"}, 1'190'000, 9'900, 1'190'000, 9'900, 1'189'000, 9'890, 0}}};
  for (std::uint32_t line = 20; line < 30; ++line)
    alloc.sites.push_back({{"/work/app.py", line, "rest"}, 10, 1, 100, 10, 64, 2, 3});
  return alloc;
}

RecordingBuilder plain() {
  return RecordingBuilder()
      .source("/work/app.py", {"", "", "def load(path):", "    with open(path) as file:",
                               "        text = file.read()  # a comment that takes more room than there is for it",
                               "\treturn [text, path]"})
      .alloc(sites());
}

}  // namespace

TEST_SUITE("alloc text") {
  TEST_CASE("by what was held at the peak") { check_golden("alloc.txt", text_of(plain().build())); }

  TEST_CASE("by what is left, the two largest, in colours") {
    ReportStyle style;
    style.sort = "live";
    style.top = 2;
    style.color = true;
    check_golden("alloc_live.txt", text_of(plain().build(), style));
  }

  TEST_CASE("by all that was allocated, and by blocks") {
    ReportStyle style;
    style.sort = "total";
    CHECK(contains(text_of(plain().build(), style), "app.py:5: size=153 MiB, count=2, average=76.3 MiB\n"));
    style.sort = "count";
    style.top = 1;
    style.width = 0;
    CHECK(contains(text_of(plain().build(), style),
                   "[ Top 1 ] by how many blocks they ever allocated\n"
                   "/usr/lib/python3.11/json/decoder.py:353: size=11.8 MiB, count=234567, average=53 B\n"));
  }

  TEST_CASE("a line is one row, whichever of its functions allocated") {
    AllocSites alloc{{{{"/work/app.py", 5, "f"}, 0, 0, 7, 1, 30, 2, 0},
                      {{"/work/app.py", 5, "f.<listcomp>"}, 0, 0, 9, 2, 12, 4, 1}}};
    const std::string text = text_of(RecordingBuilder().alloc(alloc).build());
    CHECK(contains(text, "[ Top 1 ] by what"));
    CHECK(contains(text, "app.py:5: size=42 B, count=6, average=7 B\n"));
    CHECK(contains(text, "total 16 B: 3 blocks, 1 temporary\n"));
  }

  TEST_CASE("a program that allocated nothing") {
    CHECK(contains(text_of(RecordingBuilder().alloc({}).build()), "[ Top 0 ]"));
  }

  TEST_CASE("several orders: the first matters most") {
    ReportStyle style;
    style.sort = "live,count";
    style.top = 0;
    const std::string text = text_of(plain().build(), style);
    CHECK(text.find("<interpreter start>:") < text.find("app.py:6:"));
    CHECK_FALSE(contains(text, "app.py:9:"));  // holds nothing at the end
  }

  TEST_CASE("no control character of a recording from elsewhere reaches the terminal") {
    AllocSites hostile{
        {{{"/work/\x1b[31m.py", 1, "\x1b[2J"}, 1, 1, 1, 1, 1, 1, 1}, {{"~", 0, "\x1b[5m"}, 1, 1, 1, 1, 1, 1, 1}}};
    const auto recording = RecordingBuilder().source("/work/\x1b[31m.py", {"x = '\x1b[2J'"}).alloc(hostile).build();
    CHECK_FALSE(contains(text_of(recording), "\x1b"));
  }

  TEST_CASE("a path of a million characters costs no time") {
    const auto recording =
        RecordingBuilder().alloc({{{{std::string(1'000'000, 'p'), 1, "f"}, 1, 1, 1, 1, 1, 1, 1}}}).build();
    CHECK(pyharness::testing::ends_within(20, std::size_t{1} << 29, [&] {
      ReportStyle style;
      style.width = 80;
      text_of(recording, style);
    }));
  }
}
