#include "harness/base/words.h"

#include <doctest/doctest.h>

#include "tests/support/ends_within.h"
#include "tests/support/failure.h"

using Words = std::vector<std::string>;
using pyharness::clipped;
using pyharness::did_you_mean;
using pyharness::display_width;
using pyharness::join_like_shell;
using pyharness::nearest_word;
using pyharness::printable;
using pyharness::split;
using pyharness::split_like_shell;
using pyharness::valid_utf8;

constexpr std::string_view kModes[] = {"timer", "line", "memory", "none"};

TEST_SUITE("words") {
  TEST_CASE("split drops blanks and empty parts") {
    CHECK(split("a, b", ',') == Words{"a", "b"});
    CHECK(split(",,a,, b c ,", ',') == Words{"a", "b c"});
    CHECK(split("", ',').empty());
    CHECK(split(" , ", ',').empty());
    CHECK(split("a", ',') == Words{"a"});
  }

  TEST_CASE("the nearest word is found, and none where nothing is near") {
    CHECK(nearest_word("lin", kModes) == "line");
    CHECK(nearest_word("lines", kModes) == "line");
    CHECK(nearest_word("memroy", kModes) == "memory");
    CHECK(nearest_word("flamegraph", kModes).empty());
    CHECK(nearest_word("x", kModes).empty());
    CHECK(nearest_word("", kModes).empty());
    CHECK(nearest_word("line", {}).empty());
    CHECK(did_you_mean("tmer", kModes) == " Did you mean 'timer'?");
    CHECK(did_you_mean("zebra", kModes).empty());
  }

  TEST_CASE("words are split as a shell does") {
    CHECK(split_like_shell("-X dev -O") == Words{"-X", "dev", "-O"});
    CHECK(split_like_shell("  a\tb\nc ") == Words{"a", "b", "c"});
    CHECK(split_like_shell("'a b' \"c d\"e") == Words{"a b", "c de"});
    CHECK(split_like_shell("''") == Words{""});
    CHECK(split_like_shell("\"\" x") == Words{"", "x"});
    CHECK(split_like_shell(R"(a\ b "q\"r\\s\t" '\')") == Words{"a b", R"(q"r\s\t)", "\\"});
    CHECK(split_like_shell(R"(a\)") == Words{"a\\"});
    CHECK(split_like_shell("").empty());
    CHECK(split_like_shell("$HOME *.py") == Words{"$HOME", "*.py"});
    CHECK_FALSE(pyharness::testing::failure_of([] { split_like_shell("'open"); }).empty());
    CHECK_FALSE(pyharness::testing::failure_of([] { split_like_shell("\"open\\\""); }).empty());
  }

  TEST_CASE("what join_like_shell writes, split_like_shell reads back") {
    const Words words{"plain", "", "a b", "it's", "\"q\"", "back\\slash", "$x", "new\nline", "'", "-o=x.json"};
    CHECK(split_like_shell(join_like_shell(words)) == words);
    CHECK(join_like_shell(Words{"python", "-c", "print(1)"}) == "python -c 'print(1)'");
  }

  TEST_CASE("control characters are escaped, tabs and text stay") {
    CHECK(printable("a\tb") == "a\tb");
    CHECK(printable("\x1b[31mred") == "\\x1b[31mred");
    CHECK(printable("a\nb\rc") == "a\\x0ab\\x0dc");
    CHECK(printable(std::string_view("\0\x7f", 2)) == "\\x00\\x7f");
    CHECK(printable("\xC2\x9B"
                    "31m") == "\\x9b31m");  // CSI as one character
    CHECK(printable("\xE2\x80\xAE"
                    "x") == "\\u202ex");  // right to left
    CHECK(printable("\xE2\x81\xA6"
                    "x") == "\\u2066x");  // isolate
    CHECK(printable("caf\xC3\xA9 \xE6\xBC\xA2") == "caf\xC3\xA9 \xE6\xBC\xA2");
    CHECK(printable("\xE9t\xED\xA0\x80") == "\\xe9t\\xed\\xa0\\x80");  // Latin-1, a lone surrogate
    CHECK(printable("\xEF\xBF\xBD") == "\xEF\xBF\xBD");
    CHECK(printable("\xE2\x80\xA8\xE2\x80\x8F\xD8\x9C") == "\\u2028\\u200f\\u061c");
    CHECK(printable(printable("\x1b\xE9")) == printable("\x1b\xE9"));
  }

  TEST_CASE("what is not UTF-8 becomes the replacement character") {
    CHECK(valid_utf8("caf\xC3\xA9") == "caf\xC3\xA9");
    CHECK(valid_utf8("\xE9t\xE9") == "\xEF\xBF\xBDt\xEF\xBF\xBD");
    CHECK(valid_utf8("\xC3") == "\xEF\xBF\xBD");
    CHECK(valid_utf8("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");                  // overlong
    CHECK(valid_utf8("\xED\xA0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // surrogate
    CHECK(valid_utf8("\xF4\x90\x80\x80").size() == 12);                           // beyond Unicode
    CHECK(valid_utf8("\xF0\x9F\x98\x80") == "\xF0\x9F\x98\x80");
    CHECK(valid_utf8("a\nb") == "a\nb");
  }

  TEST_CASE("wide characters take two columns and combining ones none") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("\xE6\xBC\xA2\xE5\xAD\x97") == 4);
    CHECK(display_width("e\xCC\x81") == 1);
    CHECK(display_width("\xF0\x9F\x98\x80") == 2);
    CHECK(display_width("\xC3\xA9") == 1);
    CHECK(display_width("") == 0);
  }

  TEST_CASE("text is clipped to columns and never inside a character") {
    CHECK(clipped("abcdef", 6) == "abcdef");
    CHECK(clipped("abcdefg", 6) == "abc...");
    CHECK(clipped("\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97", 6) == "\xE6\xBC\xA2...");
    CHECK(clipped("\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97", 7) == "\xE6\xBC\xA2\xE5\xAD\x97...");
    CHECK(clipped("abcdef", 2) == "..");
    CHECK(clipped("abcdef", 0).empty());
    for (std::size_t columns = 0; columns < 12; ++columns)
      CHECK(display_width(clipped("a\xE6\xBC\xA2"
                                  "b\xF0\x9F\x98\x80 caf\xC3\xA9",
                                  columns)) <= columns);
  }

  TEST_CASE("what is said of an open quote cannot steer a terminal") {
    const std::string said = pyharness::testing::failure_of([] { split_like_shell("'\x1b[2J"); });
    CHECK(said == printable(said));
  }

  TEST_CASE("a line of nothing but tabs costs no time") {
    CHECK(pyharness::without_tabs("a\t\xE6\xBC\xA2\tb\t") == "a       \xE6\xBC\xA2      b       ");
    CHECK(pyharness::testing::ends_within(20, std::size_t{1} << 29, [] {
      if (pyharness::without_tabs(std::string(1'000'000, '\t')).size() != 8'000'000) _exit(1);
    }));
  }

  TEST_CASE("an entry of a list stays within 80 columns") {
    CHECK(pyharness::list_entry("  a ", 6, "b c", 80) == "  a   b c\n");
    CHECK(pyharness::list_entry("  long ", 6, "b", 0) == "  long \n      b\n");
    CHECK(pyharness::list_entry("", 2, std::string(70, 'x') + " yyyyyyyyy", 80) ==
          "  " + std::string(70, 'x') + "\n  yyyyyyyyy\n");
  }
}
