#pragma once

#include <regex.h>

#include <memory>
#include <string>
#include <string_view>

namespace pyharness {

/// The pattern of --callers and --callees, matched with a function's standard name. It is a regular expression, as in
/// pstats, that may match anywhere; or a part of the name as it stands: "{built-in method builtins.len}" and
/// "app.py:3(load)" can be copied from a report. Of Python's expressions it knows what takes no backtracking: no look
/// ahead or behind and no back reference, so that no pattern takes for ever. It sees the first kilobyte of a name.
class FunctionPattern {
 public:
  /// Throws Failure where `text` is no such expression. `option` is for that sentence.
  FunctionPattern(const std::string& text, std::string_view option);

  [[nodiscard]] bool matches(const std::string& standard_name) const;

 private:
  struct Free {
    void operator()(regex_t* compiled) const;
  };
  std::string text_;
  std::unique_ptr<regex_t, Free> expression_;
};

}  // namespace pyharness
