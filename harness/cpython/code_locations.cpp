#include "harness/cpython/code_locations.h"

#include <span>

namespace pyharness {
namespace {

// Entry kinds, in bits 3 to 6 of an entry's first byte; bits 0 to 2 are its length in code units less one.
constexpr unsigned kLastShort = 9;      // 0-9: same line, one byte of columns
constexpr unsigned kFirstOneLine = 10;  // 10-12: 0 to 2 lines further, two bytes of columns
constexpr unsigned kLastOneLine = 12;
constexpr unsigned kNoColumns = 13;
constexpr unsigned kLong = 14;
constexpr unsigned kNoLocation = 15;

/// Reads the table's numbers; zeros behind its end, which only a damaged table reaches.
class LocationBytes {
 public:
  explicit LocationBytes(std::span<const unsigned char> bytes) : bytes_(bytes) {}
  [[nodiscard]] bool at_end() const { return at_ >= bytes_.size(); }
  unsigned byte() { return at_end() ? 0 : bytes_[at_++]; }

  // Six bits at a time, the least first; bit 6 says that more follow.
  std::uint32_t number() {
    std::uint32_t value = 0;
    unsigned shift = 0;
    unsigned piece = 0;
    do {
      piece = byte();
      if (shift < 32) value |= (piece & 63) << shift;
      shift += 6;
    } while ((piece & 64) != 0);
    return value;
  }

  std::int64_t signed_number() {
    const std::uint32_t value = number();
    return (value & 1) != 0 ? -static_cast<std::int64_t>(value >> 1) : static_cast<std::int64_t>(value >> 1);
  }

 private:
  std::span<const unsigned char> bytes_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<CodeLocation> code_locations(PyCodeObject* code) {
  std::vector<CodeLocation> locations;
  PyObject* table = code->co_linetable;
  LocationBytes bytes({reinterpret_cast<const unsigned char*>(PyBytes_AS_STRING(table)),
                       static_cast<std::size_t>(PyBytes_GET_SIZE(table))});
  std::int64_t line = code->co_firstlineno;
  std::uint32_t unit = 0;
  while (!bytes.at_end()) {
    const unsigned head = bytes.byte();
    const unsigned kind = (head >> 3) & 15;
    const std::uint32_t units = (head & 7) + 1;
    CodeLocation location;
    location.first_unit = unit;
    location.units = units;
    std::int64_t end_line = 0;
    if (kind <= kLastShort) {
      const unsigned columns = bytes.byte();
      location.column = kind * 8 + (columns >> 4) + 1;
      location.end_column = location.column + (columns & 15);
      end_line = line;
    } else if (kind <= kLastOneLine) {
      line += kind - kFirstOneLine;
      location.column = bytes.byte() + 1;
      location.end_column = bytes.byte() + 1;
      end_line = line;
    } else if (kind == kNoColumns) {
      line += bytes.signed_number();
      end_line = line;
    } else if (kind == kLong) {
      line += bytes.signed_number();
      end_line = line + bytes.number();
      location.column = bytes.number();
      location.end_column = bytes.number();
    }
    if (kind != kNoLocation && line > 0) {
      location.line = static_cast<std::uint32_t>(line);
      location.end_line = static_cast<std::uint32_t>(end_line);
    } else {
      static_cast<SourceRange&>(location) = {};
    }
    locations.push_back(location);
    unit += units;
  }
  return locations;
}

}  // namespace pyharness
