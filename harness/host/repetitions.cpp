#include "harness/host/repetitions.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <utility>

#include "harness/base/descriptor.h"
#include "harness/base/error.h"
#include "harness/cpython/owned_ref.h"
#include "harness/cpython/python.h"
#include "harness/host/arena_mapping.h"
#include "harness/host/embedded_modules.h"
#include "harness/record/repetition_start.h"

namespace pyharness {
namespace {

void import_what_the_program_does(const ZygotePlan& plan) {
  const OwnedRef names =
      OwnedRef::steal(Py_BuildValue("{s:s,s:s}", "kind", plan.kind.c_str(), "target", plan.target.c_str()));
  const OwnedRef code = OwnedRef::steal(Py_CompileString(kLeadingImports, "<pyharness>", Py_file_input));
  if (names && code) PyDict_SetItemString(names.get(), "__builtins__", PyEval_GetBuiltins());
  const OwnedRef result =
      OwnedRef::steal(names && code ? PyEval_EvalCode(code.get(), names.get(), names.get()) : nullptr);
  if (result) return;
  const bool interrupted = PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) != 0;
  PyErr_Clear();
  if (!interrupted) return;
  // Ctrl-C ends python before the program's first line likewise.
  signal(SIGINT, SIG_DFL);
  raise(SIGINT);
}

// Our end of the way to the supervisor. What an import forks must not have it: the supervisor would wait for it too.
struct {
  int socket = -1;
  bool forks_repetition = false;
} g_zygote;

void close_in_foreign_child() {
  if (!g_zygote.forks_repetition && g_zygote.socket >= 0) close(std::exchange(g_zygote.socket, -1));
}

// An arena from the supervisor; none when it has ended, or wants no more.
Descriptor receive_arena(int socket) {
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t count = -1;
  do count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  const cmsghdr* header = count == 1 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return Descriptor();
  int arena = -1;
  std::memcpy(&arena, CMSG_DATA(header), sizeof arena);
  return Descriptor(arena);
}

void say(int socket, const RepetitionStart& start) { (void)send(socket, &start, sizeof start, MSG_NOSIGNAL); }

// True in a new child of the supervisor's: that adopts whose parent has ended.
bool fork_to_supervisor(Session& session, int socket) {
  const auto supervisor = static_cast<pid_t>(session.arena().header().run.supervisor_pid);
  session.prepare_repetition();
  PyOS_BeforeFork();
  std::fflush(nullptr);
  const pid_t middle = fork();
  if (middle != 0) {
    PyOS_AfterFork_Parent();
    if (middle < 0) say(socket, {.error = errno});
    while (middle > 0 && waitpid(middle, nullptr, 0) < 0 && errno == EINTR) {
    }
    return false;
  }
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) say(socket, {.error = errno});
  if (child != 0) _exit(0);
  while (getppid() == parent) sched_yield();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != supervisor) _exit(kOwnFailureStatus);
  return true;
}

}  // namespace

void become_repetition(Session& session) {
  const ZygotePlan& plan = session.plan().zygote;
  if (plan.socket < 0) return;
  Descriptor socket(plan.socket);
  fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
  g_zygote.socket = socket.get();
  pthread_atfork(nullptr, nullptr, close_in_foreign_child);
  const pid_t own = getpid();
  session.imports_begin();
  import_what_the_program_does(plan);
  if (getpid() != own) _exit(0);  // forked by an import that came back here
  g_zygote.forks_repetition = true;
  // Ctrl-C is for the repetitions.
  sigset_t all;
  sigset_t original;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &original);
  for (;;) {
    const Descriptor arena = receive_arena(socket.get());
    if (!arena) _exit(0);
    if (!fork_to_supervisor(session, socket.get())) continue;
    if (!map_arena_again(session.arena(), arena.get())) {
      say(socket.get(), {.error = ENOMEM});
      _exit(kOwnFailureStatus);
    }
    session.begin_repetition();
    PyOS_AfterFork_Child();
    sigprocmask(SIG_SETMASK, &original, nullptr);
    const auto clock = static_cast<ClockSource>(session.arena().header().clock_source);
    say(socket.get(), {.pid = getpid(), .error = 0, .began = ClockPair::now(clock)});
    g_zygote.socket = -1;  // closed with this function, and another's number then
    return;
  }
}

}  // namespace pyharness
