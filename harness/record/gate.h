#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/error.h"
#include "harness/record/recording.h"

namespace pyharness {

struct Comparison;

/// An expression of --fail-if, `SECTION[SELECTOR].FIGURE OP VALUE`, read. What it says is what must not be.
struct Gate {
  enum class Op { kMore, kAtLeast, kLess, kAtMost, kEqual, kOther };
  /// What stands on the right: a limit on HEAD, or how far HEAD is from BASE, in the figure's unit or in percent.
  enum class Kind { kLimit, kChange, kPercent };
  std::string text;        // as given
  std::string section{};   // "profile"
  std::string selector{};  // within brackets: which functions, lines or timers; empty: the program
  std::string figure{};    // "calls", "min"
  Op op = Op::kMore;
  Kind kind = Kind::kLimit;
  double value = 0;             // nanoseconds, bytes, a count, or percent
  Unit unit = Unit::kCount;     // of `value`; a number without one is taken for the figure's
  std::size_t selector_at = 0;  // where in `text` the parts begin, in bytes
  std::size_t figure_at = 0;
  std::size_t value_at = 0;
};

/// What became of a gate.
struct GateResult {
  Gate gate;
  bool holds = false;
  std::string reason;  // a sentence: which figure, from what to what, and why the gate does not hold where it seems to
  std::string file{};  // of what it was decided by, relative to the root; empty where that stands in no file
  std::uint32_t line = 0;
};

/// An expression that cannot be read, or asks for what is not there: a sentence, and where in the expression.
class WrongGate : public Failure {
 public:
  WrongGate(const std::string& sentence, std::string_view text, std::size_t at);
  /// The expression, and below it a mark at what is wrong: two lines without end.
  [[nodiscard]] const std::string& expression() const { return expression_; }
  [[nodiscard]] const std::string& mark() const { return mark_; }

 private:
  std::string expression_;
  std::string mark_;
};

/// Reads an expression. Throws WrongGate.
Gate parse_gate(std::string_view text);

/// Checks a gate on every subject that its selector fits; it holds where it holds for one. Throws WrongGate where the
/// comparison has no such section, subject or figure, or the figure another unit.
GateResult check_gate(const Gate& gate, const Comparison& comparison);

}  // namespace pyharness
