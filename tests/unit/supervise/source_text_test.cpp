#include "harness/supervise/source_text.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "harness/base/output.h"
#include "tests/support/ends_within.h"
#include "tests/support/recording_builder.h"
#include "tests/support/temporary_directory.h"

using pyharness::read_source;
using pyharness::testing::RecordingBuilder;
using pyharness::testing::TemporaryDirectory;
using Lines = std::map<std::uint32_t, std::string>;

namespace {

Lines lines_of(const std::string& content, const std::set<std::uint32_t>& wanted = {1, 2, 3, 4}) {
  const TemporaryDirectory directory;
  std::vector<pyharness::LineRange> ranges;
  for (const std::uint32_t line : wanted) ranges.push_back({line, line});
  return read_source(directory.write("a.py", content), ranges).value().lines;
}

}  // namespace

TEST_SUITE("source text") {
  TEST_CASE("the wanted lines are read, by any of Python's line ends") {
    CHECK(lines_of("a\nb\nc\n", {1, 3}) == Lines{{1, "a"}, {3, "c"}});
    CHECK(lines_of("a\r\nb\rc\nd") == Lines{{1, "a"}, {2, "b"}, {3, "c"}, {4, "d"}});
    CHECK(lines_of("\n\nx") == Lines{{1, ""}, {2, ""}, {3, "x"}});
    CHECK(lines_of("").empty());
    CHECK(lines_of("a\n", {7, 0}).empty());
  }

  TEST_CASE("the coding cookie decides, on the first two lines only") {
    CHECK(lines_of("# -*- coding: latin-1 -*-\ncaf\xE9\n", {2}) == Lines{{2, "caf\xC3\xA9"}});
    CHECK(lines_of("#!/usr/bin/python\n# vim: set fileencoding=ISO-8859-1 :\n\xE9", {3}) == Lines{{3, "\xC3\xA9"}});
    CHECK(lines_of("\n\n# coding: latin-1\n\xE9", {4}) == Lines{{4, "\xEF\xBF\xBD"}});
    CHECK(lines_of("# coding: utf-8\ncaf\xC3\xA9", {2}) == Lines{{2, "caf\xC3\xA9"}});
    CHECK(lines_of("x = 'coding: latin-1'\n\xE9", {2}) == Lines{{2, "\xEF\xBF\xBD"}});
  }

  TEST_CASE("a byte order mark is no text, and what cannot be decoded is replaced") {
    CHECK(lines_of("\xEF\xBB\xBFx = 1\n") == Lines{{1, "x = 1"}});
    CHECK(lines_of("a\xFF"
                   "b\n") == Lines{{1,
                                    "a\xEF\xBF\xBD"
                                    "b"}});
  }

  TEST_CASE("what is no readable file has no source") {
    const TemporaryDirectory directory;
    CHECK_FALSE(read_source(directory.path("gone.py"), {{1, 1}}).has_value());
    CHECK_FALSE(read_source(directory.path(), {{1, 1}}).has_value());
    CHECK_FALSE(read_source("/dev/zero", {{1, 1}}).has_value());
    CHECK_FALSE(read_source("<string>", {{1, 1}}).has_value());
    REQUIRE(mkfifo(directory.path("fifo").c_str(), 0600) == 0);
    CHECK_FALSE(read_source(directory.path("fifo"), {{1, 1}}).has_value());
  }

  TEST_CASE("what is larger than any source text is not read") {
    const TemporaryDirectory directory;
    const std::string path = directory.write("a.py", "x = 1\n");
    REQUIRE(truncate(path.c_str(), std::int64_t{1} << 40) == 0);
    CHECK(pyharness::testing::ends_within(20, std::size_t{1} << 29, [&] {
      if (read_source(path, {{1, 1}}).has_value()) _exit(1);
    }));
  }

  TEST_CASE("the digest is the whole file's") {
    const TemporaryDirectory directory;
    const std::string path = directory.write("a.py", "abc");
    CHECK(read_source(path, {}).value().sha256 == pyharness::sha256("abc"));
  }

  TEST_CASE("sources are added for every function, with the lines that it spans") {
    const TemporaryDirectory directory;
    const std::string path = directory.write("a.py", "1\n2\n3\n4\n5\n6\n");
    auto recording = RecordingBuilder().function({path, 2, "f"}, 4, 1, {{6, {1, 1}}}).build();
    pyharness::add_sources(recording);
    REQUIRE(recording.sources.size() == 1);
    CHECK(recording.sources[0].lines == Lines{{2, "2"}, {3, "3"}, {4, "4"}, {6, "6"}});
  }

  TEST_CASE("hostile line numbers cost neither memory nor time") {
    const TemporaryDirectory directory;
    const std::string path = directory.write("a.py", "1\n2\n");
    for (const std::uint32_t first : {1U, 0xFFFFFFFFU, 0xFFFFFFFFU - 200'000U, 0xFFFFFFF0U}) {
      CAPTURE(first);
      auto recording = RecordingBuilder().function({path, first, "f"}, 0xFFFFFFFF, 1, {}).build();
      CHECK(pyharness::testing::ends_within(5, std::size_t{1} << 29, [&] { pyharness::add_sources(recording); }));
    }
    RecordingBuilder many;
    for (int i = 0; i < 3000; ++i) many.function({path + std::to_string(i), 1, "f"}, 0xFFFFFFFF, 1, {});
    auto recording = many.build();
    CHECK(pyharness::testing::ends_within(20, std::size_t{1} << 29, [&] { pyharness::add_sources(recording); }));
  }
}
