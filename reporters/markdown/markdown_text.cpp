#include "reporters/markdown/markdown_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/words.h"

namespace pyharness {
namespace {

constexpr std::size_t kLongestCode = 80;  // columns

std::size_t longest_run_of_backticks(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// Every mark as a character reference: for what no code span can say in a table.
std::string with_references(std::string_view text) {
  std::string html;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    const bool mark = (code > ' ' && code < '0') || (code > '9' && code < 'A') || (code > 'Z' && code < 'a') ||
                      (code > 'z' && code < 0x7F);
    html += mark ? fmt::format("&#{};", code) : std::string(1, c);
  }
  return "<code>" + html + "</code>";
}

}  // namespace

std::string code_span(std::string_view text) {
  std::string code = clipped(without_tabs(printable(text)), kLongestCode);
  if (code.find_first_not_of(' ') == std::string::npos) return {};
  // Within a table the backslash before a bar is the table's, and what two of them mean differs between renderers.
  if (code.find("\\|") != std::string::npos) return with_references(code);
  for (std::size_t at = code.find('|'); at != std::string::npos; at = code.find('|', at + 2)) code.insert(at, 1, '\\');
  const std::string fence(longest_run_of_backticks(code) + 1, '`');
  const bool padded = code.front() == '`' || code.back() == '`' || (code.front() == ' ' && code.back() == ' ');
  return padded ? fence + " " + code + " " + fence : fence + code + fence;
}

std::string code_block(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\n'), text.size()));
  text = text.substr(0, text.find_last_not_of('\n') + 1);
  const std::string fence(std::max<std::size_t>(3, longest_run_of_backticks(text) + 1), '`');
  return fmt::format("{}text\n{}\n{}\n", fence, text, fence);
}

std::string markdown_table(const std::vector<std::string>& heads, std::string_view alignments,
                           const std::vector<std::vector<std::string>>& rows) {
  std::string text = fmt::format("| {} |\n|", fmt::join(heads, " | "));
  for (const char alignment : alignments) text += alignment == 'r' ? " --: |" : " :-- |";
  text += '\n';
  for (const auto& row : rows) text += fmt::format("| {} |\n", fmt::join(row, " | "));
  return text;
}

}  // namespace pyharness
