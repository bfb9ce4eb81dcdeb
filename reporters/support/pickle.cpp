#include "reporters/support/pickle.h"

#include <bit>
#include <limits>

#include "harness/base/error.h"

namespace pyharness {
namespace {

// As pickletools names them.
enum Operation : unsigned {
  kProto = 0x80,
  kStop = '.',
  kMark = '(',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kBinInt = 'J',
  kLong1 = 0x8a,
  kBinFloat = 'G',
  kShortBinUnicode = 0x8c,
  kBinUnicode = 'X',
  kMemoize = 0x94,
  kBinGet = 'h',
  kLongBinGet = 'j',
  kTuple3 = 0x87,
  kEmptyTuple = ')',
  kEmptyList = ']',
  kAppends = 'e',
  kEmptyDict = '}',
  kSetItems = 'u',
  kStackGlobal = 0x93,
  kNewObj = 0x81,
  kBuild = 'b',
};

constexpr unsigned kProtocol = 4;

}  // namespace

PickleWriter::PickleWriter() {
  byte(kProto);
  byte(kProtocol);
}

void PickleWriter::little_endian(std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) byte(static_cast<unsigned>(value >> (8 * i) & 0xFF));
}

void PickleWriter::integer(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (value >= 0 && value <= 0xFF) {
    byte(kBinInt1);
    little_endian(bits, 1);
  } else if (value >= 0 && value <= 0xFFFF) {
    byte(kBinInt2);
    little_endian(bits, 2);
  } else if (value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max()) {
    byte(kBinInt);
    little_endian(bits, 4);
  } else {
    byte(kLong1);
    byte(8);  // bytes that follow, in two's complement
    little_endian(bits, 8);
  }
}

void PickleWriter::real(double value) {
  byte(kBinFloat);
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (int i = 7; i >= 0; --i) byte(static_cast<unsigned>(bits >> (8 * i) & 0xFF));  // this one stands big end first
}

void PickleWriter::text(std::string_view utf8) {
  if (utf8.size() > std::numeric_limits<std::uint32_t>::max()) throw Failure("a name is too long for the format.");
  const auto [known, added] = texts_.try_emplace(std::string(utf8), static_cast<std::uint32_t>(texts_.size()));
  if (!added) {
    const bool is_short = known->second <= 0xFF;
    byte(is_short ? kBinGet : kLongBinGet);
    return little_endian(known->second, is_short ? 1 : 4);
  }
  const bool is_short = utf8.size() <= 0xFF;
  byte(is_short ? kShortBinUnicode : kBinUnicode);
  little_endian(utf8.size(), is_short ? 1 : 4);
  bytes_ += utf8;
  byte(kMemoize);
}

void PickleWriter::tuple_of_three() { byte(kTuple3); }

void PickleWriter::list() {
  byte(kEmptyList);
  byte(kMark);
}

void PickleWriter::end_list() { byte(kAppends); }

void PickleWriter::dict() {
  byte(kEmptyDict);
  byte(kMark);
}

void PickleWriter::end_dict() { byte(kSetItems); }

void PickleWriter::object(std::string_view module, std::string_view name) {
  text(module);
  text(name);
  byte(kStackGlobal);
  byte(kEmptyTuple);
  byte(kNewObj);
}

void PickleWriter::end_object() { byte(kBuild); }

std::string PickleWriter::bytes() const { return bytes_ + static_cast<char>(kStop); }

}  // namespace pyharness
