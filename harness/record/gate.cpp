// The grammar of --fail-if: docs/compare.md.
#include "harness/record/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "harness/base/words.h"

namespace pyharness {
namespace {

struct UnitWord {
  std::string_view word;
  Unit unit;
  double size;
};

// KB are 1000 bytes, KiB 1024, as IEC 80000-13 has them.
constexpr UnitWord kUnits[] = {{"ns", Unit::kNanoseconds, 1},
                               {"us", Unit::kNanoseconds, 1e3},
                               {"ms", Unit::kNanoseconds, 1e6},
                               {"s", Unit::kNanoseconds, 1e9},
                               {"nsec", Unit::kNanoseconds, 1},  // as timeit calls them
                               {"usec", Unit::kNanoseconds, 1e3},
                               {"msec", Unit::kNanoseconds, 1e6},
                               {"sec", Unit::kNanoseconds, 1e9},
                               {"B", Unit::kBytes, 1},
                               {"KB", Unit::kBytes, 1e3},
                               {"MB", Unit::kBytes, 1e6},
                               {"GB", Unit::kBytes, 1e9},
                               {"KiB", Unit::kBytes, 1024},
                               {"MiB", Unit::kBytes, 1024.0 * 1024},
                               {"GiB", Unit::kBytes, 1024.0 * 1024 * 1024}};

struct OpWord {
  std::string_view word;
  Gate::Op op;
};

// What begins another comes behind it.
constexpr OpWord kOps[] = {{">=", Gate::Op::kAtLeast}, {"<=", Gate::Op::kAtMost}, {"==", Gate::Op::kEqual},
                           {"!=", Gate::Op::kOther},   {">", Gate::Op::kMore},    {"<", Gate::Op::kLess}};

/// Reads from left to right.
class GateReader {
 public:
  explicit GateReader(std::string_view text) : text_(text), gate_{std::string(text)} {}

  Gate read() {
    skip_blanks();
    gate_.section = word("a section, as timer, line, profile or alloc");
    if (at_ < text_.size() && text_[at_] == '[') read_selector();
    if (at_ >= text_.size() || text_[at_] != '.') wrong("there must be a dot and a figure here, as in timer.min");
    gate_.figure_at = ++at_;
    gate_.figure = word("a figure, as in profile.calls");
    skip_blanks();
    read_op();
    skip_blanks();
    read_value();
    skip_blanks();
    if (at_ != text_.size()) wrong("the expression should end here");
    return std::move(gate_);
  }

 private:
  [[noreturn]] void wrong(const std::string& sentence) const { throw WrongGate(sentence + ".", text_, at_); }

  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  std::string word(std::string_view expected) {
    const std::size_t begin = at_;
    const auto part_of_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    while (at_ < text_.size() && part_of_word(text_[at_])) ++at_;
    if (at_ == begin) wrong(fmt::format("there must be {} here", expected));
    return std::string(text_.substr(begin, at_ - begin));
  }

  // Names may have brackets of their own: those within must come in pairs.
  void read_selector() {
    gate_.selector_at = at_ + 1;
    std::size_t depth = 0;
    std::size_t end = at_;
    for (; end < text_.size(); ++end) {
      if (text_[end] == '[') ++depth;
      if (text_[end] == ']' && --depth == 0) break;
    }
    if (end == text_.size()) wrong("this bracket is not closed");
    at_ = gate_.selector_at;
    if (end == at_) wrong("the brackets are empty: name a function, FILE:LINE or a timer, or leave them out");
    gate_.selector = text_.substr(at_, end - at_);
    at_ = end + 1;
  }

  void read_op() {
    for (const OpWord& op : kOps) {
      if (!text_.substr(at_).starts_with(op.word)) continue;
      gate_.op = op.op;
      at_ += op.word.size();
      return;
    }
    wrong("there must be one of > >= < <= == != here");
  }

  void read_value() {
    gate_.value_at = at_;
    const bool is_signed = at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-');
    const bool negative = is_signed && text_[at_] == '-';
    if (is_signed) ++at_;
    const char* const end = text_.data() + text_.size();
    // Only digits may follow: no second sign, no "inf".
    const bool digit = at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9';
    const auto [behind, error] = std::from_chars(text_.data() + at_, end, gate_.value, std::chars_format::fixed);
    if (!digit || error != std::errc() || gate_.value > 1e18)
      wrong("there must be a number here, as 64MB, or +5% for a change");
    at_ = static_cast<std::size_t>(behind - text_.data());
    if (negative) gate_.value = -gate_.value;
    gate_.kind = is_signed ? Gate::Kind::kChange : Gate::Kind::kLimit;
    skip_blanks();
    read_unit();
  }

  void read_unit() {
    if (at_ == text_.size()) return;
    if (text_[at_] == '%') {
      if (gate_.kind == Gate::Kind::kLimit) {
        at_ = gate_.value_at;
        wrong(fmt::format("a percentage is a change against BASE and has a sign: +{}%", gate_.value));
      }
      gate_.kind = Gate::Kind::kPercent;
      ++at_;
      return;
    }
    const std::string_view given = text_.substr(at_, text_.find(' ', at_) - at_);
    const auto unit =
        std::find_if(std::begin(kUnits), std::end(kUnits), [&](const UnitWord& one) { return one.word == given; });
    if (unit == std::end(kUnits)) {
      std::vector<std::string_view> words;
      for (const UnitWord& one : kUnits) words.push_back(one.word);
      wrong(fmt::format("there is no unit '{}'.{} Use one of: %, {}", printable(given), did_you_mean(given, words),
                        fmt::join(words, ", ")));
    }
    gate_.unit = unit->unit;
    gate_.value *= unit->size;
    at_ += given.size();
  }

  std::string_view text_;
  Gate gate_;
  std::size_t at_ = 0;
};

}  // namespace

WrongGate::WrongGate(const std::string& sentence, std::string_view text, std::size_t at)
    : Failure("--fail-if: " + sentence),
      expression_("  " + printable(text)),
      mark_(std::string(2 + display_width(printable(text.substr(0, at))), ' ') + "^") {}

Gate parse_gate(std::string_view text) { return GateReader(text).read(); }

}  // namespace pyharness
