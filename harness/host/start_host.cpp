#include "harness/host/start_host.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/cpython/link_seams.h"
#include "harness/cpython/python.h"
#include "harness/host/module.h"
#include "harness/host/repetitions.h"
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
  become_repetition(session);
  session.code_begins();
  return std::nullopt;
}

// Left by who started us, for us or for the next process that it starts.
bool take_name(ArenaHeader& header, pid_t owner, std::string& into) {
  auto pid = static_cast<std::uint32_t>(owner);
  ProcessName& place = header.names[pid % kProcessNames];
  if (place.pid.load(std::memory_order_acquire) != pid) return false;
  into.assign(place.name, strnlen(place.name, sizeof place.name));
  place.pid.compare_exchange_strong(pid, 0);
  return true;
}

// The kernel named the process after our file.
void take_python_name(ArenaHeader& header, const Session& session, const char* first_word) {
  std::string name;
  if (!session.is_child()) {
    name = session.plan().python;
  } else if (!take_name(header, getpid(), name) && !take_name(header, getppid(), name)) {
    name = first_word == nullptr ? session.plan().python : first_word;
  }
  prctl(PR_SET_NAME, name.substr(name.rfind('/') + 1).c_str());
}

}  // namespace

std::optional<int> start_host(int argc, char** argv, const ArenaWriter& arena) {
  try {
    // Never destroyed: exit() and daemon threads still book while static objects go.
    auto* session = new Session(arena, arena.plan(), {argv, static_cast<std::size_t>(argc)});
    take_python_name(arena.header(), *session, argv[0]);
    return start_python(argc, argv, *session);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pyharness: %s\n", printable(error.what()).c_str());
    return kOwnFailureStatus;
  }
}

}  // namespace pyharness
