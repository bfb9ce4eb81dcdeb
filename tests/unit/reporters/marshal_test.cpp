// The bytes as CPython's marshal.dumps writes them; that every Python reads them is in tests/peers.
#include "reporters/support/marshal.h"

#include <doctest/doctest.h>

#include <limits>

using pyharness::MarshalWriter;
using std::string_literals::operator""s;

namespace {

std::string written(const auto& write) {
  MarshalWriter marshal;
  write(marshal);
  return marshal.bytes();
}

std::string integer(std::uint64_t value) {
  return written([&](MarshalWriter& m) { m.integer(value); });
}

std::string text(const std::string& value) {
  return written([&](MarshalWriter& m) { m.text(value); });
}

}  // namespace

TEST_SUITE("marshal") {
  TEST_CASE("integers: 32 bits with sign, beyond them digits of 15 bits") {
    CHECK(integer(0) == "i\0\0\0\0"s);
    CHECK(integer(258) == "i\x02\x01\0\0"s);
    CHECK(integer(0x7FFFFFFF) == "i\xFF\xFF\xFF\x7F"s);
    CHECK(integer(0x80000000) == "l\x03\0\0\0\0\0\0\0\x02\0"s);
    CHECK(integer(std::numeric_limits<std::uint64_t>::max()) == "l\x05\0\0\0\xFF\x7F\xFF\x7F\xFF\x7F\xFF\x7F\x0F\0"s);
  }

  TEST_CASE("floats are their eight bytes") {
    CHECK(written([](MarshalWriter& m) { m.real(1.0); }) == "g\0\0\0\0\0\0\xF0\x3F"s);
    CHECK(written([](MarshalWriter& m) { m.real(0.1); }) == "g\x9A\x99\x99\x99\x99\x99\xB9\x3F"s);
  }

  TEST_CASE("texts: short ASCII, anything else as UTF-8 with its size") {
    CHECK(text("") == "\xFA\0"s);
    CHECK(text("ab") ==
          "\xFA\x02"
          "ab"s);
    CHECK(text("\xC3\xA9") == "\xF5\x02\0\0\0\xC3\xA9"s);
    CHECK(text(std::string(255, 'x')) == "\xFA\xFF"s + std::string(255, 'x'));
    CHECK(text(std::string(256, 'x')) == "\xF5\0\x01\0\0"s + std::string(256, 'x'));
    CHECK(text("a\0b"s) ==
          "\xFA\x03"
          "a\0b"s);
  }

  TEST_CASE(
      "what was written is referred to by its number among all that are marked, containers before their content") {
    CHECK(written([](MarshalWriter& m) {
            m.dict();
            m.text("a");
            const MarshalWriter::Mark pair = m.marked_tuple(2);
            m.text("a");
            m.text("b");
            m.text("b");
            m.tuple(1);
            m.again(pair);
            m.end_dict();
          }) ==
          "{"
          "\xFA\x01"
          "a"
          "\xA9\x02"
          "r\0\0\0\0"
          "\xFA\x01"
          "b"
          "r\x02\0\0\0"
          ")\x01"
          "r\x01\0\0\0"
          "0"s);
  }
}
