#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace pyharness {

/// Writes one value in CPython's marshal format, as every Python from 3.4 on reads it (w_object and r_object in
/// CPython's Python/marshal.c; versions 3 and 4 of the format). Only the types that files of profiles are made of.
/// Containers are written as they stand: what belongs into one follows it.
class MarshalWriter {
 public:
  /// Something that was written, to be referred to.
  using Mark = std::uint32_t;

  /// An int.
  void integer(std::uint64_t value);
  /// A float, exactly this one.
  void real(double value);
  /// A str. `utf8` must be valid. The same text again costs five bytes. Throws Failure beyond what the format can say.
  void text(std::string_view utf8);
  /// A tuple of the next `count` values.
  void tuple(std::uint8_t count);
  /// The same, which again() can repeat.
  Mark marked_tuple(std::uint8_t count);
  /// The same value once more.
  void again(Mark mark);
  /// A dict of the next values, key and value in turns, up to end_dict().
  void dict() { byte('{'); }
  void end_dict() { byte('0'); }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void byte(unsigned value) { bytes_ += static_cast<char>(static_cast<unsigned char>(value)); }
  void little_endian(std::uint64_t value, int size);

  std::string bytes_;
  std::unordered_map<std::string, Mark> texts_;
  Mark next_mark_ = 0;  // marks count what carries the flag, in the order of its first byte
};

}  // namespace pyharness
