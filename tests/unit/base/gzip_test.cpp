#include <doctest/doctest.h>

#include "harness/base/output.h"
#include "tests/support/failure.h"

using pyharness::gunzip;
using pyharness::gzip;
using pyharness::is_gzip;
using pyharness::sha256;
using pyharness::testing::contains;
using pyharness::testing::failure_of;

TEST_SUITE("gzip and digest") {
  TEST_CASE("content comes back, and equal content gives equal bytes") {
    std::string varied;
    for (int i = 0; i < 200'000; ++i) varied += static_cast<char>(i % 1000 * (i % 1000) % 251);
    for (const std::string& content : {std::string(), std::string("x"), std::string(1'000'000, 'a'), varied}) {
      const std::string packed = gzip(content);
      CHECK(is_gzip(packed));
      CHECK(gunzip(packed, content.size()) == content);
      CHECK(gzip(content) == packed);
    }
  }

  TEST_CASE("no time and no name is in it") {
    const std::string packed = gzip("hello");
    CHECK(packed.substr(3, 5) == std::string(5, '\0'));
  }

  TEST_CASE("more than the limit is refused, a bomb too") {
    const std::string bomb = gzip(std::string(50'000'000, '\0'));
    CHECK(bomb.size() < 100'000);
    CHECK(contains(failure_of([&] { gunzip(bomb, 1'000'000); }), "larger"));
    CHECK(contains(failure_of([&] { gunzip(gzip("12345"), 4); }), "larger"));
    CHECK(gunzip(gzip("12345"), 5) == "12345");
  }

  TEST_CASE("what is damaged or cut off is refused") {
    const std::string packed = gzip(std::string(5000, 'x') + "end");
    for (std::size_t length = 0; length < packed.size(); ++length)
      CHECK(contains(failure_of([&] { gunzip(packed.substr(0, length), 10'000); }), "damaged"));
    std::string flipped = packed;
    flipped[flipped.size() - 6] = static_cast<char>(flipped[flipped.size() - 6] ^ 1);  // in the checksum
    CHECK(contains(failure_of([&] { gunzip(flipped, 10'000); }), "damaged"));
    CHECK_FALSE(is_gzip("{"));
    CHECK_FALSE(is_gzip(""));
  }

  TEST_CASE("the digest is SHA-256") {
    CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
