#pragma once

#include <optional>
#include <string>

namespace pyharness {

/// What an interpreter says of itself.
struct InterpreterFacts {
  std::string version;         // "3.12.1"
  std::string implementation;  // "cpython"
  std::string executable;      // where it is itself, behind a script that starts it
  std::string library;         // its shared libpython; empty where it has none
  std::string headers;         // where Python.h would be
  bool free_threaded = false;  // built without the interpreter lock
  bool debug = false;          // built with Py_DEBUG: its objects are laid out otherwise

  /// "3.12"
  [[nodiscard]] std::string series() const { return version.substr(0, version.rfind('.')); }
};

/// What comes of asking one.
struct InterpreterAnswer {
  std::optional<InterpreterFacts> facts;
  std::string problem;  // where there are none: "it did not answer within 10 s.", fit to print
};

/// Asks by running it, which takes 20 ms and 10 s at the most, and keeps the answer in the user's cache directory for
/// as long as the file stays the same. There are no facts where it does not answer as a Python would.
InterpreterAnswer ask_interpreter(const std::string& executable);

/// A script, such as pyenv's shims: what it starts may differ from call to call.
bool is_script(const std::string& executable);

}  // namespace pyharness
