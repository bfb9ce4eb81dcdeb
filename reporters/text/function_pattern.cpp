#include "reporters/text/function_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "harness/base/error.h"
#include "harness/base/words.h"

namespace pyharness {
namespace {

// The length of "{2}", "{2,}" or "{2,5}" at `at`, else 0.
std::size_t repetition_at(const std::string& text, std::size_t at) {
  const std::size_t end = text.find('}', at);
  if (end == std::string::npos || end == at + 1 || std::isdigit(static_cast<unsigned char>(text[at + 1])) == 0)
    return 0;
  return text.find_first_not_of("0123456789,", at + 1) == end ? end + 1 - at : 0;
}

// Braces that repeat nothing are themselves, as in Python; ECMAScript refuses them, and builtins are written with them.
std::string with_plain_braces(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t repetition = text[i] == '{' ? repetition_at(text, i) : 0;
    if (repetition != 0) {
      out += text.substr(i, repetition);
      i += repetition - 1;
    } else if (text[i] == '\\' && i + 1 < text.size()) {
      out += text.substr(i++, 2);
    } else {
      if (text[i] == '{' || text[i] == '}') out += '\\';
      out += text[i];
    }
  }
  return out;
}

}  // namespace

FunctionPattern::FunctionPattern(const std::string& text, std::string_view option) : text_(text) {
  if (text.empty()) throw Failure(fmt::format("{} names no function.", option));
  try {
    expression_.assign(with_plain_braces(text), std::regex::ECMAScript | std::regex::nosubs);
  } catch (const std::regex_error&) {
    throw Failure(fmt::format("{}={} is no regular expression. Put a backslash before what is meant as it stands.",
                              option, printable(text)));
  }
}

bool FunctionPattern::matches(const std::string& standard_name) const {
  if (standard_name.find(text_) != std::string::npos) return true;
  // The library's matcher goes several calls deeper with each character, and names come from the program.
  constexpr std::size_t kLongest = 1024;
  const auto end = standard_name.begin() + static_cast<std::ptrdiff_t>(std::min(standard_name.size(), kLongest));
  return std::regex_search(standard_name.begin(), end, expression_);
}

}  // namespace pyharness
