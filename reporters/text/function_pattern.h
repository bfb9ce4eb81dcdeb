#pragma once

#include <regex>
#include <string>

namespace pyharness {

/// The pattern of --callers and --callees, matched with a function's standard name. It is a regular expression, as in
/// pstats (ECMAScript's, which differ from Python's in rare things only), that may match anywhere; or a part of the
/// name as it stands: "{built-in method builtins.len}" and "app.py:3(load)" can be copied from a report. An expression
/// sees the first kilobyte of a name.
class FunctionPattern {
 public:
  /// Throws Failure where `text` is no regular expression. `option` is for that sentence.
  FunctionPattern(const std::string& text, std::string_view option);

  [[nodiscard]] bool matches(const std::string& standard_name) const;

 private:
  std::string text_;
  std::regex expression_;
};

}  // namespace pyharness
