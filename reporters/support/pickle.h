#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace pyharness {

/// Writes one value in CPython's pickle format, protocol 4, as every Python from 3.4 on reads it (Lib/pickletools.py
/// describes each operation). Only what files of profiles are made of. A pickle is a program for a stack: a container
/// is opened, its values follow, and it is closed.
class PickleWriter {
 public:
  PickleWriter();

  /// An int.
  void integer(std::int64_t value);
  /// A float, exactly this one.
  void real(double value);
  /// A str. `utf8` must be valid. The same text again costs a few bytes. Throws Failure beyond what the format can say.
  void text(std::string_view utf8);
  /// Makes one tuple of the three values that came last.
  void tuple_of_three();
  void list();
  void end_list();
  /// A dict of the next values, key and value in turns.
  void dict();
  void end_dict();
  /// An instance of module.name, made without arguments; the next value is the dict of its attributes.
  void object(std::string_view module, std::string_view name);
  void end_object();

  /// All that was written, with the end mark.
  [[nodiscard]] std::string bytes() const;

 private:
  void byte(unsigned value) { bytes_ += static_cast<char>(static_cast<unsigned char>(value)); }
  void little_endian(std::uint64_t value, int size);

  std::string bytes_;
  std::unordered_map<std::string, std::uint32_t> texts_;  // by text: which one it was
};

}  // namespace pyharness
