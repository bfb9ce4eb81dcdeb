#pragma once

#include <string>
#include <vector>

namespace pyharness {

/// An interpreter that we can run, with the host for it.
struct Interpreter {
  std::string executable;  // becomes sys.executable: a virtual environment's own python where one is meant
  std::string version;     // "3.11.2"
  std::string host;        // path of the host executable
  std::string library;     // that the host loads; empty for the default host, which has its own inside
  std::string chosen_by;   // "--python", "$VIRTUAL_ENV", "python3 on PATH", "the built-in default"
};

/// Which interpreter runs the program: `wanted` (--python) if not empty, $VIRTUAL_ENV, $CONDA_PREFIX, python3 on PATH
/// if it has a host, the built-in default. Throws Failure where the one that is meant has no host: running another
/// instead would miss its packages.
Interpreter choose_interpreter(const std::string& wanted);

/// The one that is inside the default host. Throws Failure where that host is missing.
Interpreter default_interpreter();

/// The interpreters with a host that are found here, the default first, for `pyharness list`.
std::vector<Interpreter> known_interpreters();

}  // namespace pyharness
