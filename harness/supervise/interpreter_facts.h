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

  /// "3.12"
  [[nodiscard]] std::string series() const { return version.substr(0, version.rfind('.')); }
};

/// Asks by running it, which takes 20 ms, and keeps the answer in the user's cache directory for as long as the file
/// stays the same. Nullopt where it does not answer as a Python would.
std::optional<InterpreterFacts> ask_interpreter(const std::string& executable);

/// A script, such as pyenv's shims: what it starts may differ from call to call.
bool is_script(const std::string& executable);

}  // namespace pyharness
