#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "harness/record/recording.h"

namespace pyharness {

/// "/work/app.py:3(load)" or "{built-in method builtins.len}": how pstats writes a function. Not for a terminal: a
/// name may hold anything.
std::string standard_name(const FunctionKey& key);

/// The same for tables, with files as short as they can be and still be told apart: "app.py" below the root,
/// "site-packages/requests/api.py", "lib/python3.11/json/decoder.py". Control characters are escaped.
class FunctionLabels {
 public:
  FunctionLabels(const CallGraph& graph, const std::string& root);

  /// In `room` columns; 0: all of it. Directories go first, then the classes and functions around the function.
  [[nodiscard]] std::string label(const FunctionKey& key, std::size_t room) const;

 private:
  std::map<std::string, std::string> files_;  // as shown, of those in the graph
};

}  // namespace pyharness
