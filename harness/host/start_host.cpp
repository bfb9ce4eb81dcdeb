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
  PyPreConfig early;
  PyPreConfig_InitPythonConfig(&early);
  PyStatus status = Py_PreInitializeFromBytesArgs(&early, argc, argv);
  if (PyStatus_Exception(status) != 0) Py_ExitStatusException(status);
  session.before_start();

  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  status = PyConfig_SetBytesArgv(&config, argc, argv);
  if (PyStatus_Exception(status) == 0) status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_IsExit(status) != 0) return status.exitcode;  // --help, --version
  if (PyStatus_Exception(status) != 0) Py_ExitStatusException(status);

  session.install();
  install_module(session);
  session.code_begins();
  return std::nullopt;
}

// The file that was asked for: a word of the command line where we were told which, else most likely the first.
std::string name_of_process(const InheritedArena& inherited, std::span<char* const> argv, const Session& session) {
  if (inherited.named_after > 0 && inherited.named_after <= argv.size()) return argv[inherited.named_after - 1];
  return session.is_child() && !argv.empty() && argv[0][0] != '\0' ? argv[0] : session.plan().python;
}

}  // namespace

std::optional<int> start_host(int argc, char** argv, const InheritedArena& inherited) {
  try {
    // Never destroyed: exit() and daemon threads still book while static objects go.
    auto* session = new Session(inherited.arena, inherited.arena.plan(), {argv, static_cast<std::size_t>(argc)});
    // The kernel named the process after our file.
    const std::string name = name_of_process(inherited, {argv, static_cast<std::size_t>(argc)}, *session);
    prctl(PR_SET_NAME, name.substr(name.rfind('/') + 1).c_str());
    return start_python(argc, argv, *session);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pyharness: %s\n", printable(error.what()).c_str());
    return kOwnFailureStatus;
  }
}

}  // namespace pyharness
