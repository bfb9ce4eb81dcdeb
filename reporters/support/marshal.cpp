#include "reporters/support/marshal.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "harness/base/error.h"

namespace pyharness {
namespace {

constexpr unsigned kMarked = 0x80;  // FLAG_REF: the reader is to remember this value
constexpr int kDigitBits = 15;      // of a long, whatever the interpreter's own digits are

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

void MarshalWriter::little_endian(std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) byte(static_cast<unsigned>(value >> (8 * i) & 0xFF));
}

void MarshalWriter::integer(std::uint64_t value) {
  if (value <= std::numeric_limits<std::int32_t>::max()) {
    byte('i');
    little_endian(value, 4);
    return;
  }
  unsigned digits = 0;
  for (std::uint64_t rest = value; rest != 0; rest >>= kDigitBits) ++digits;
  byte('l');
  little_endian(digits, 4);
  for (unsigned i = 0; i < digits; ++i) little_endian(value >> (kDigitBits * i) & ((1U << kDigitBits) - 1), 2);
}

void MarshalWriter::real(double value) {
  byte('g');
  little_endian(std::bit_cast<std::uint64_t>(value), 8);
}

void MarshalWriter::text(std::string_view utf8) {
  if (utf8.size() > std::numeric_limits<std::int32_t>::max()) throw Failure("a name is too long for the format.");
  const auto [known, added] = texts_.try_emplace(std::string(utf8), next_mark_);
  if (!added) return again(known->second);
  ++next_mark_;
  const bool is_short = utf8.size() <= 0xFF && is_ascii(utf8);
  byte((is_short ? 'z' : 'u') | kMarked);
  little_endian(utf8.size(), is_short ? 1 : 4);
  bytes_ += utf8;
}

void MarshalWriter::tuple(std::uint8_t count) {
  byte(')');
  byte(count);
}

MarshalWriter::Mark MarshalWriter::marked_tuple(std::uint8_t count) {
  byte(')' | kMarked);
  byte(count);
  return next_mark_++;
}

void MarshalWriter::again(Mark mark) {
  byte('r');
  little_endian(mark, 4);
}

}  // namespace pyharness
