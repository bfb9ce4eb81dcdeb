#include "reporters/support/wording.h"

#include <algorithm>

#include "harness/base/words.h"

namespace pyharness {

std::string short_file(const std::string& file, const std::string& root) {
  const bool below = !root.empty() && file.size() > root.size() && file.starts_with(root) && file[root.size()] == '/';
  return printable(below ? file.substr(root.size() + 1) : file);
}

std::string source_text(std::string_view line) {
  constexpr std::size_t kLongest = 2000;
  std::string text = without_tabs(printable(line.substr(0, kLongest)));
  return line.size() > kLongest ? text + "..." : text;
}

std::string code_at(const Recording& recording, const std::string& file, std::uint32_t line) {
  const std::string* source = recording.source_line(file, line);
  if (source == nullptr) return {};
  std::string code = source_text(*source);
  code.erase(0, std::min(code.find_first_not_of(' '), code.size()));
  return code;
}

double share(std::int64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace pyharness
