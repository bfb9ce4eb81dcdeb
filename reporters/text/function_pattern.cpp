#include "reporters/text/function_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <new>
#include <optional>

#include "harness/base/error.h"
#include "harness/base/words.h"

namespace pyharness {
namespace {

// regexec may take the square of a name's length, and names come from the program.
constexpr std::size_t kLongest = 1024;
// regcomp writes a repetition out: "((a{99}){99}){99}" would take all memory.
constexpr unsigned long kMostRepetitions = 1000;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// Python's way to write an expression, translated to that of regcomp (POSIX extended, with GNU's \w, \s and \b).
class Translation {
 public:
  explicit Translation(const std::string& text) : text_(text) {}

  /// Nullopt where it is none, as far as regcomp does not find that out.
  std::optional<std::string> result() {
    while (valid_ && at_ < text_.size()) step();
    return valid_ && depth_ == 0 ? std::optional(out_) : std::nullopt;
  }

 private:
  bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }

  void step() {
    const char c = text_[at_];
    if (const std::size_t repetition = c == '{' ? repetition_length() : 0; repetition != 0) {
      count(text_.substr(at_ + 1, repetition - 2));
      repeat(repetition);
    } else if (c == '*' || c == '+' || c == '?') {
      repeat(1);
    } else if (c == '\\') {
      escape();
    } else if (c == '[') {
      bracket();
    } else if (c == '{' || c == '}') {
      // Braces that repeat nothing are themselves, as in Python; builtins are written with them.
      (out_ += '\\') += c;
      ++at_;
    } else {
      parenthesis(c);
      out_ += c;
      ++at_;
      if (c == '(' && text_.compare(at_, 2, "?:") == 0) at_ += 2;
    }
  }

  void parenthesis(char c) {
    depth_ += c == '(' ? 1 : c == ')' ? -1 : 0;
    valid_ = valid_ && depth_ >= 0;
  }

  // The length of "{2}", "{2,}" or "{2,5}" here, else 0.
  std::size_t repetition_length() const {
    const std::size_t end = text_.find('}', at_);
    if (end == std::string::npos || end == at_ + 1 || std::isdigit(static_cast<unsigned char>(text_[at_ + 1])) == 0)
      return 0;
    return text_.find_first_not_of("0123456789,", at_ + 1) == end ? end + 1 - at_ : 0;
  }

  // "2", "2,", "2,5": how often in the end, those inside others and those beside them taken together.
  void count(const std::string& bounds) {
    const std::size_t comma = bounds.find(',');
    const bool open = comma == std::string::npos || comma + 1 == bounds.size();
    const unsigned long times = std::strtoul(bounds.c_str() + (open ? 0 : comma + 1), nullptr, 10);
    valid_ = valid_ && times <= kMostRepetitions;
    repetitions_ *= std::max(times, 1UL);
    valid_ = valid_ && repetitions_ <= kMostRepetitions;
  }

  void repeat(std::size_t length) {
    out_.append(text_, at_, length);
    at_ += length;
    // What is lazy matches the same names. "a+?" would be "(a+)?" for regcomp.
    if (next_is('?')) ++at_;
    if (next_is('*') || next_is('+') || next_is('?')) valid_ = false;
  }

  void escape() {
    constexpr std::string_view kSpecial = "^.[]$()|*+?{}\\";
    if (at_ + 1 == text_.size()) {
      valid_ = false;
      return;
    }
    const char c = text_[at_ + 1];
    at_ += 2;
    if (c == 'd' || c == 'D') {
      out_ += c == 'd' ? "[0-9]" : "[^0-9]";
    } else if (is_word(c)) {
      // Any other letter would be itself, or GNU's own; a digit is a back reference, whose match may take for ever.
      valid_ = std::string_view("wWsSbB").find(c) != std::string_view::npos;
      (out_ += '\\') += c;
    } else {
      if (kSpecial.find(c) != std::string_view::npos) out_ += '\\';  // "\<" would be the beginning of a word
      out_ += c;
    }
  }

  // "[\w.]": a backslash is itself for regcomp, and "[." begins the name of a character.
  void bracket() {
    out_ += text_[at_++];
    if (next_is('^')) out_ += text_[at_++];
    for (bool first = true; at_ < text_.size(); first = false) {
      const char c = text_[at_++];
      if (c == '\\') {
        escape_in_bracket();
      } else if (c == '[' && next_is(':')) {
        const std::size_t end = text_.find(":]", at_);
        if (end == std::string::npos) break;
        out_.append(text_, at_ - 1, end + 3 - at_);
        at_ = end + 2;
      } else if (c == '[') {
        out_ += "[.[.]";
      } else {
        out_ += c;
        if (c == ']' && !first) return;
      }
    }
    valid_ = false;
  }

  void escape_in_bracket() {
    if (at_ == text_.size()) return;
    const char c = text_[at_++];
    if (c == 'd') {
      out_ += "0-9";
    } else if (c == 'w') {
      out_ += "[:alnum:]_";
    } else if (c == 's') {
      out_ += "[:space:]";
    } else if (is_word(c)) {
      valid_ = false;
    } else {
      ((out_ += "[.") += c) += ".]";
    }
  }

  const std::string& text_;
  std::string out_;
  std::size_t at_ = 0;
  long depth_ = 0;
  unsigned long repetitions_ = 1;
  bool valid_ = true;
};

}  // namespace

void FunctionPattern::Free::operator()(regex_t* compiled) const {
  regfree(compiled);
  delete compiled;
}

FunctionPattern::FunctionPattern(const std::string& text, std::string_view option) : text_(text) {
  if (text.empty()) throw Failure(fmt::format("{} names no function.", option));
  if (text.size() > kLongest) throw Failure(fmt::format("{} is longer than {} characters.", option, kLongest));
  const std::optional<std::string> translated = Translation(text).result();
  auto compiled = std::make_unique<regex_t>();
  if (!translated || regcomp(compiled.get(), translated->c_str(), REG_EXTENDED | REG_NOSUB) != 0)
    throw Failure(fmt::format("{}={} is no regular expression. Put a backslash before what is meant as it stands.",
                              option, printable(text)));
  expression_.reset(compiled.release());
}

bool FunctionPattern::matches(const std::string& standard_name) const {
  if (standard_name.find(text_) != std::string::npos) return true;
  regmatch_t part{0, static_cast<regoff_t>(std::min(standard_name.size(), kLongest))};
  const int result = regexec(expression_.get(), standard_name.data(), 1, &part, REG_STARTEND);
  if (result == REG_ESPACE) throw std::bad_alloc();
  return result == 0;
}

}  // namespace pyharness
