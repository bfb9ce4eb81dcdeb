// The operations as pickletools names them; that every line_profiler reads the file is in tests/peers.
#include "reporters/support/pickle.h"

#include <doctest/doctest.h>

#include <limits>

using pyharness::PickleWriter;
using std::string_literals::operator""s;

namespace {

/// Without the protocol in front and the end mark.
std::string written(const auto& write) {
  PickleWriter pickle;
  write(pickle);
  const std::string bytes = pickle.bytes();
  REQUIRE(bytes.starts_with("\x80\x04"));
  REQUIRE(bytes.ends_with('.'));
  return bytes.substr(2, bytes.size() - 3);
}

std::string integer(std::int64_t value) {
  return written([&](PickleWriter& p) { p.integer(value); });
}

}  // namespace

TEST_SUITE("pickle") {
  TEST_CASE("integers take the shortest form that holds them") {
    CHECK(integer(0) == "K\x00"s);
    CHECK(integer(255) == "K\xff");
    CHECK(integer(256) == "M\x00\x01"s);
    CHECK(integer(65'535) == "M\xff\xff");
    CHECK(integer(65'536) == "J\x00\x00\x01\x00"s);
    CHECK(integer(-1) == "J\xff\xff\xff\xff");
    CHECK(integer(std::numeric_limits<std::int32_t>::max()) == "J\xff\xff\xff\x7f");
    CHECK(integer(std::int64_t{1} << 31) == "\x8a\x08\x00\x00\x00\x80\x00\x00\x00\x00"s);
    CHECK(integer(std::numeric_limits<std::int64_t>::min()) == "\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80"s);
  }

  TEST_CASE("a float is the double, big end first") {
    CHECK(written([](PickleWriter& p) { p.real(1.0); }) == "G\x3f\xf0\x00\x00\x00\x00\x00\x00"s);
  }

  TEST_CASE("a text is written once and then referred to, beyond 256 of them too") {
    CHECK(written([](PickleWriter& p) {
            p.text("ab");
            p.text("");
            p.text("ab");
          }) == "\x8c\x02"s + "ab\x94\x8c\x00\x94h\x00"s);
    const std::string many = written([](PickleWriter& p) {
      for (int i = 0; i < 300; ++i) p.text(std::to_string(i));
      p.text("299");
    });
    CHECK(many.ends_with("j\x2b\x01\x00\x00"s));
    const std::string longer(256, 'x');
    CHECK(written([&](PickleWriter& p) { p.text(longer); }) == "X\x00\x01\x00\x00"s + longer + "\x94");
  }

  TEST_CASE("containers and objects") {
    CHECK(written([](PickleWriter& p) {
            p.object("m", "C");
            p.dict();
            p.text("a");
            p.list();
            for (int i = 1; i <= 3; ++i) p.integer(i);
            p.tuple_of_three();
            p.end_list();
            p.end_dict();
            p.end_object();
          }) == "\x8c\x01m\x94\x8c\x01"s + "C\x94\x93)\x81}(\x8c\x01"s + "a\x94](K\x01K\x02K\x03\x87" + "eub");
  }
}
