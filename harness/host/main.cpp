// The host: embeds CPython, puts the hooks in and runs the program as python would. Started by pyharness only, with
// python's own arguments; see docs/life-of-a-run.md.
#include <sys/prctl.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "harness/base/error.h"
#include "harness/cpython/python.h"
#include "harness/host/arena_mapping.h"
#include "harness/host/module.h"
#include "harness/host/session.h"

namespace pyharness {
namespace {

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// As pymain_main in Modules/main.c, with hooks between the two halves.
int run_python(int argc, char** argv, Session& session) {
  const std::string& python = session.plan().python;
  PyPreConfig early;
  PyPreConfig_InitPythonConfig(&early);
  PyStatus status = Py_PreInitializeFromBytesArgs(&early, argc, argv);
  if (PyStatus_Exception(status) != 0) Py_ExitStatusException(status);
  session.before_start();

  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  status = PyConfig_SetBytesArgv(&config, argc, argv);
  if (PyStatus_Exception(status) == 0) status = PyConfig_SetBytesString(&config, &config.executable, python.c_str());
  if (PyStatus_Exception(status) == 0) status = PyConfig_SetBytesString(&config, &config.program_name, python.c_str());
  if (PyStatus_Exception(status) == 0) status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_IsExit(status) != 0) return status.exitcode;  // --help, --version
  if (PyStatus_Exception(status) != 0) Py_ExitStatusException(status);

  session.install();
  install_module(session);
  session.code_begins();
  return Py_RunMain();
}

}  // namespace
}  // namespace pyharness

int main(int argc, char** argv) {
  try {
    const pyharness::ArenaWriter arena = pyharness::map_inherited_arena();
    const pyharness::ArenaHeader& header = arena.header();
    const auto* plan = reinterpret_cast<const char*>(arena.at(header.plan));
    // Never destroyed: exit() and daemon threads still book while static objects go.
    auto* session = new pyharness::Session(arena, pyharness::plan_from_bytes({plan, header.plan_bytes}));
    // The kernel named the process after our file.
    prctl(PR_SET_NAME, std::string(pyharness::base_name(session->plan().python)).c_str());
    return pyharness::run_python(argc, argv, *session);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pyharness: %s\n", error.what());
    return pyharness::kOwnFailureStatus;
  }
}
