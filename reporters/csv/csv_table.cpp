#include "reporters/csv/csv_table.h"

#include <fmt/format.h>

#include <cmath>

#include "harness/base/words.h"

namespace pyharness {
namespace {

// What begins a formula (or a command to an older program) in Excel, LibreOffice and Google Sheets.
bool is_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t").find(text.front()) != std::string_view::npos;
}

}  // namespace

void CsvTable::put(std::string_view raw) {
  if (row_begun_) text_ += ',';
  row_begun_ = true;
  text_ += raw;
}

void CsvTable::cell(std::string_view text) {
  const std::string plain = (is_formula(text) ? "'" : "") + printable(text);
  if (plain.find_first_of(",\"") == std::string::npos) return put(plain);
  std::string quoted = "\"";
  for (const char c : plain) quoted += c == '"' ? "\"\"" : std::string(1, c);
  put(quoted + "\"");
}

void CsvTable::cell(double figure) {
  constexpr double kExact = 1LL << 53;
  put(figure == std::floor(figure) && std::abs(figure) <= kExact ? std::to_string(static_cast<std::int64_t>(figure))
                                                                 : fmt::format("{}", figure));
}

void CsvTable::end_row() {
  text_ += "\r\n";
  row_begun_ = false;
}

}  // namespace pyharness
