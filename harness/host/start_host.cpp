#include "harness/host/start_host.h"

#include <sys/prctl.h>

#include <cstdio>
#include <string>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/cpython/link_seams.h"
#include "harness/cpython/python.h"
#include "harness/host/module.h"
#include "harness/host/session.h"

namespace pyharness {
namespace {

// As pymain_main in Modules/main.c, with hooks at its end: what is left to do is Py_RunMain().
std::optional<int> start_python(int argc, char** argv, Session& session) {
  check_interpreter();
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
  return std::nullopt;
}

}  // namespace

std::optional<int> start_host(int argc, char** argv, const ArenaWriter& arena) {
  try {
    // Never destroyed: exit() and daemon threads still book while static objects go.
    auto* session = new Session(arena, arena.plan());
    // The kernel named the process after our file.
    const std::string& python = session->plan().python;
    prctl(PR_SET_NAME, python.substr(python.rfind('/') + 1).c_str());
    return start_python(argc, argv, *session);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pyharness: %s\n", printable(error.what()).c_str());
    return kOwnFailureStatus;
  }
}

}  // namespace pyharness
