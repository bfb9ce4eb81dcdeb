#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pyharness {

/// Writes cells by RFC 4180. No cell goes over several lines: control characters are escaped. Text that a spreadsheet
/// would take for a formula gets an apostrophe in front.
class CsvTable {
 public:
  void cell(std::string_view text);
  void cell(std::integral auto figure) { put(std::to_string(figure)); }
  /// Empty where there is none.
  void cell(const std::optional<std::uint64_t>& figure) { put(figure ? std::to_string(*figure) : std::string()); }
  /// Whole numbers as such.
  void cell(double figure);
  void end_row();

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void put(std::string_view raw);

  std::string text_;
  bool row_begun_ = false;
};

}  // namespace pyharness
