#include "harness/supervise/host_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/supervise/process_facts.h"

namespace pyharness {
namespace {

// In the child of vfork: our memory is shared and we stand still, so only system calls on ready-made data.
[[noreturn]] void become_host(const HostStart& start, char* const* arguments, const SignalRelay& relay, pid_t parent,
                              volatile int* error) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kOwnFailureStatus);
  if (start.input) dup2(*start.input, STDIN_FILENO);
  if (start.output) {
    dup2(*start.output, STDOUT_FILENO);
    dup2(*start.output, STDERR_FILENO);
  }
  if (start.arena >= 0) fcntl(start.arena, F_SETFD, 0);
  if (start.inherited >= 0) fcntl(start.inherited, F_SETFD, 0);
  sigaction(SIGCHLD, &relay.original_sigchld(), nullptr);
  sigprocmask(SIG_SETMASK, &relay.original_mask(), nullptr);
  execve(start.executable.c_str(), arguments, environ);
  *error = errno;
  _exit(kOwnFailureStatus);
}

}  // namespace

pid_t start_host(const HostStart& start, const SignalRelay& relay) {
  std::vector<char*> arguments;
  for (const std::string& argument : start.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  volatile int error = 0;
  const pid_t parent = getpid();
  // vfork: a fork would copy the page tables of whatever we hold, and posix_spawn cannot ask for our death to be the
  // child's.
  const pid_t child = vfork();  // NOLINT(clang-analyzer-security.insecureAPI.vfork)
  if (child == 0) become_host(start, arguments.data(), relay, parent, &error);  // NOLINT(clang-analyzer-unix.Vfork)
  if (child < 0) throw Failure(fmt::format("the program cannot be started: {}", error_sentence(errno)));
  if (error != 0) {
    waitpid(child, nullptr, 0);
    throw Failure(
        fmt::format("{} cannot be started: {}. Install pyharness again.", start.executable, error_text(error)));
  }
  return child;
}

Ending ending_of(int wait_status) {
  Ending ending;
  if (WIFSIGNALED(wait_status)) {
    ending.signal = WTERMSIG(wait_status);
  } else {
    ending.exit_status = WEXITSTATUS(wait_status);
  }
  return ending;
}

HostEnd reap_host(pid_t pid) {
  HostEnd end;
  end.children = facts_of(pid).value_or(ProcessFacts{}).children;  // the process has ended but is not reaped yet
  int status = 0;
  while (wait4(pid, &status, 0, &end.usage) < 0 && errno == EINTR) {
  }
  end.ending = ending_of(status);
  return end;
}

}  // namespace pyharness
