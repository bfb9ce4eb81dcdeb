#include "reporters/text/function_label.h"

#include <doctest/doctest.h>

#include "harness/base/words.h"
#include "reporters/text/function_pattern.h"
#include "tests/support/ends_within.h"
#include "tests/support/failure.h"

using pyharness::CallGraph;
using pyharness::FunctionKey;
using pyharness::FunctionLabels;
using pyharness::FunctionPattern;
using pyharness::standard_name;
using pyharness::testing::contains;
using pyharness::testing::failure_of;

namespace {

CallGraph graph_of(const std::vector<FunctionKey>& keys) {
  CallGraph graph;
  for (const FunctionKey& key : keys) graph.functions.push_back({key, {}});
  return graph;
}

std::string label(const FunctionKey& key, std::size_t room = 0) {
  return FunctionLabels(graph_of({key}), "/work").label(key, room);
}

bool matches(const char* pattern, const FunctionKey& key) {
  return FunctionPattern(pattern, "--callers").matches(standard_name(key));
}

const FunctionKey kDecode{"/usr/lib/python3.11/json/decoder.py", 332, "JSONDecoder.decode"};
const FunctionKey kLen{"~", 0, "<built-in method builtins.len>"};
const FunctionKey kAppend{"~", 0, "<method 'append' of 'list' objects>"};

}  // namespace

TEST_SUITE("function labels") {
  TEST_CASE("the standard name is pstats'") {
    CHECK(standard_name({"/work/app.py", 3, "load"}) == "/work/app.py:3(load)");
    CHECK(standard_name(kLen) == "{built-in method builtins.len}");
    CHECK(standard_name({"~", 0, "odd"}) == "odd");
    CHECK(standard_name({"~", 3, "<f>"}) == "~:3(<f>)");
  }

  TEST_CASE("files are short: from the root, the packages or the library on") {
    CHECK(label({"/work/pkg/app.py", 3, "f"}) == "pkg/app.py:3(f)");
    CHECK(label(kDecode) == "lib/python3.11/json/decoder.py:332(JSONDecoder.decode)");
    CHECK(label({"/work/venv/lib/python3.11/site-packages/a/b.py", 1, "f"}) == "site-packages/a/b.py:1(f)");
    CHECK(label({"/usr/lib/python3/dist-packages/a.py", 1, "f"}) == "dist-packages/a.py:1(f)");
    CHECK(label({"/elsewhere/app.py", 3, "f"}) == "/elsewhere/app.py:3(f)");
    CHECK(label({"<frozen importlib._bootstrap>", 5, "f"}) == "<frozen importlib._bootstrap>:5(f)");
  }

  TEST_CASE("files that would look the same are written in full") {
    const FunctionKey one{"/a/site-packages/x.py", 1, "f"};
    const FunctionKey other{"/b/site-packages/x.py", 1, "f"};
    const FunctionLabels labels(graph_of({one, other, kDecode}), "/work");
    CHECK(labels.label(one, 0) == "/a/site-packages/x.py:1(f)");
    CHECK(labels.label(other, 0) == "/b/site-packages/x.py:1(f)");
    CHECK(labels.label(kDecode, 0) == label(kDecode));
  }

  TEST_CASE("in few columns directories go first, then what surrounds the function") {
    CHECK(label(kDecode, 54) == label(kDecode));
    CHECK(label(kDecode, 53) == ".../json/decoder.py:332(JSONDecoder.decode)");
    CHECK(label(kDecode, 40) == ".../decoder.py:332(JSONDecoder.decode)");
    CHECK(label(kDecode, 34) == "decoder.py:332(JSONDecoder.decode)");
    CHECK(label(kDecode, 33) == "decoder.py:332(...decode)");
    CHECK(label(kDecode, 23) == "...er.py:332(...decode)");
    CHECK(label(kAppend, 35) == "{method 'append' of 'list' objects}");
    CHECK(label(kAppend, 34) == "{method 'append' of 'list' obje...");
    CHECK(label(kLen, 29) == "{..builtins.len}");
    CHECK(label({"<frozen importlib._bootstrap>", 1022, "_find_and_load"}, 34) == "...bootstrap>:1022(_find_and_load)");
  }

  TEST_CASE("no label takes more than its room, whatever the names are") {
    for (const FunctionKey& key :
         {kDecode, kLen, kAppend,
          FunctionKey{"/work/\xE6\xBC\xA2\xE5\xAD\x97/\xE6\xBC\xA2\xE5\xAD\x97.py", 7, "\xE6\xBC\xA2.\xE5\xAD\x97"},
          FunctionKey{"", 0, ""}, FunctionKey{"/", 1, "."}, FunctionKey{"/work/\x1b[31m\n.py", 1, "a\x1b.b"},
          FunctionKey{std::string(300, '/'), 4294967295, std::string(300, '.')}}) {
      for (std::size_t room = 4; room < 60; ++room) {
        CAPTURE(room);
        const std::string text = label(key, room);
        CHECK(pyharness::display_width(text) <= room);
        CHECK_FALSE(contains(text, "\x1b"));
        CHECK(pyharness::valid_utf8(text) == text);
      }
    }
  }

  TEST_CASE("long names cost no time") {
    std::string dots;
    for (int i = 0; i < 1'000'000; ++i) dots += "/.";
    CHECK(pyharness::testing::ends_within(5, std::size_t{1} << 29, [&] { label({dots, 1, dots}, 40); }));
  }
}

TEST_SUITE("function patterns") {
  TEST_CASE("a regular expression that matches anywhere") {
    CHECK(matches("JSON", kDecode));
    CHECK(matches("decode.*332", kDecode));
    CHECK(matches("^/usr.*decode\\)$", kDecode));
    CHECK(matches("a{0}len|x{2,3}", kLen));
    CHECK_FALSE(matches("^JSON", kDecode));
    CHECK_FALSE(matches("encode", kDecode));
  }

  TEST_CASE("what is copied from a report") {
    CHECK(matches("{built-in method builtins.len}", kLen));
    CHECK(matches("{method 'append' of 'list' objects}", kAppend));
    CHECK(matches("json/decoder.py:332(JSONDecoder.decode)", kDecode));
    CHECK(matches("\\{built", kLen));
    CHECK_FALSE(matches("{built-in method builtins.len}", kAppend));
  }

  TEST_CASE("as Python reads it") {
    const FunctionKey odd{"/work/a-1.py", 42, "C.<locals>.f_[x]^\\"};
    for (const char* pattern : {"\\d\\d\\(C", "py:\\d+?\\(", "C(?:\\.<|x)locals", "\\<locals\\>", "[\\w.]+/a",
                                "^[^\\s]+$", "f_\\[x\\]", "[\\]\\^]\\^", "[][]x[]]", "\\^\\\\", "[[:digit:]]\\(",
                                "a[.\\-]1", "C..?locals", "[\\d]2", "\\bf_\\W", "f_[[.]x"}) {
      CAPTURE(pattern);
      CHECK(matches(pattern, odd));
    }
    for (const char* pattern : {"\\D\\d{3}", "py:4+?\\(", "[\\d]\\.py$", "\\bocals"}) {
      CAPTURE(pattern);
      CHECK_FALSE(matches(pattern, odd));
    }
  }

  TEST_CASE("what is no expression is refused in one sentence") {
    for (const char* pattern : {"(", "a[", "*a", "a{3,2}", "a)", "(a)\\1", "(?=a)", "(?P<n>a)", "a\\", "\\z", "[\\q]",
                                "[[:x:]]", "a++", "((a{99}){99}){99}", "a{99999999999999999999}"}) {
      CAPTURE(pattern);
      CHECK(contains(failure_of([&] { FunctionPattern(pattern, "--callees"); }), std::string("--callees=") + pattern));
    }
    CHECK_FALSE(failure_of([] { FunctionPattern("", "--callers"); }).empty());
  }

  TEST_CASE("no pattern takes for ever or all memory") {
    const FunctionKey key{"/work/a.py", 1, std::string(46, 'a')};
    const FunctionKey longer{"/work/a.py", 1, std::string(100'000, 'a')};
    const std::string nested = std::string(500, '(') + "a*" + std::string(500, ')') + "b";
    for (const char* pattern : {"(a*)*\\$x", "(a|aa)+\\$", "(a|b)*a(a|b){400}c", "((.?){30}){30}x", nested.c_str()}) {
      CAPTURE(pattern);
      CHECK(pyharness::testing::ends_within(10, std::size_t{1} << 29, [&] { matches(pattern, key); }));
      CHECK(pyharness::testing::ends_within(10, std::size_t{1} << 29, [&] { matches(pattern, longer); }));
    }
    CHECK_FALSE(failure_of([] { FunctionPattern(std::string(100'000, '('), "--callers"); }).empty());
  }

  TEST_CASE("a name of a million characters does not run out of stack") {
    const FunctionKey key{"/work/a.py", 1, std::string(1'000'000, 'x')};
    CHECK(pyharness::testing::ends_within(20, std::size_t{1} << 29, [&] { matches("(x|y)*z", key); }));
  }

  TEST_CASE("of a name that each edge shows only so much is shown") {
    CHECK(label({"/work/" + std::string(500'000, 'd'), 1, std::string(500'000, 'n')}).size() < 5000);
    CHECK(label({"/work/a.py", 1, std::string(1500, 'n')}).size() > 1500);
  }
}
