#include "harness/supervise/signal_relay.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include "harness/base/clock.h"

namespace pyharness {
namespace {

// Everything that can be blocked and does not report a fault of our own.
sigset_t signals_to_relay() {
  sigset_t set;
  sigfillset(&set);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGKILL, SIGSTOP}) sigdelset(&set, fault);
  return set;
}

bool is_terminals(int signal) {
  switch (signal) {
    case SIGINT:
    case SIGQUIT:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
    case SIGWINCH:
    case SIGHUP:
      return true;
    default:
      return false;
  }
}

}  // namespace

Canary::Canary() { start(); }
Canary::~Canary() { stop(); }

void Canary::start() {
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // `pkill pyharness` means us: were it to reach the canary too, it would pass for a group's signal.
  prctl(PR_SET_NAME, "canary");
  std::memset(program_invocation_name, '-', std::strlen(program_invocation_name));
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  // Whoever waits for the end of our pipes must not wait for this process.
  close_range(0, ~0U, 0);
  while (getppid() == parent) pause();
  _exit(0);
}

void Canary::stop() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::uint64_t Canary::pending() const {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%d/status", static_cast<int>(pid_));
  const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  char text[8192];
  const ssize_t count = read(descriptor, text, sizeof text - 1);
  close(descriptor);
  if (count <= 0) return 0;
  text[count] = '\0';
  const char* mask = std::strstr(text, "ShdPnd:");
  return mask == nullptr ? 0 : std::strtoull(mask + std::strlen("ShdPnd:"), nullptr, 16);
}

bool Canary::heard(int signal) {
  const std::uint64_t bit = std::uint64_t{1} << (signal - 1);
  if ((expected_ & bit) != 0) {
    expected_ &= ~bit;
    return true;
  }
  if ((pending() & bit) == 0) return false;
  Canary replaced;  // the new one starts first: between the two no signal may pass unheard
  std::swap(pid_, replaced.pid_);
  expected_ |= replaced.pending() & ~bit;
  return true;
}

SignalRelay::SignalRelay() : relayed_(signals_to_relay()) {
  sigprocmask(SIG_BLOCK, &relayed_, &original_);
  // Children of a parent that ignores SIGCHLD cannot be waited for.
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &standard, &original_sigchld_);
}

void SignalRelay::relay_until_end(pid_t child, const Meanwhile& meanwhile) {
  constexpr timespec kBeat{0, 250'000'000};
  if (meanwhile.beat) meanwhile.beat();
  while (true) {
    siginfo_t signal;
    while (sigtimedwait(&relayed_, &signal, meanwhile.beat ? &kBeat : nullptr) < 0) {
      if (meanwhile.beat) meanwhile.beat();
    }
    if (!handle(signal, child)) return;
    if (signal.si_signo == SIGCHLD && meanwhile.on_news) meanwhile.on_news();
  }
}

void SignalRelay::relay_until_readable(int descriptor, pid_t child) {
  constexpr int kBeatMs = 10;
  constexpr timespec kNow{0, 0};
  pollfd wanted{descriptor, POLLIN, 0};
  sigset_t sent = relayed_;
  sigdelset(&sent, SIGCHLD);  // kept for relay_until_end(): it may be the end
  while (poll(&wanted, 1, kBeatMs) <= 0) {
    siginfo_t signal;
    while (sigtimedwait(&sent, &signal, &kNow) > 0) handle(signal, child);
  }
}

void SignalRelay::let_user_interrupt() {
  sigset_t interrupting;
  sigemptyset(&interrupting);
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGTSTP}) {
    if (sigismember(&original_, signal) == 0) sigaddset(&interrupting, signal);
  }
  constexpr timespec kNow{0, 0};
  while (sigtimedwait(&interrupting, nullptr, &kNow) > 0) {
  }
  sigprocmask(SIG_UNBLOCK, &interrupting, nullptr);
}

bool SignalRelay::handle(const siginfo_t& signal, pid_t child) {
  const int number = signal.si_signo;
  if (number == SIGCHLD) {
    siginfo_t state{};
    if (waitid(P_PID, static_cast<id_t>(child), &state, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) != 0 ||
        state.si_pid != child)
      return true;
    if (state.si_code != CLD_STOPPED) return false;
    waitid(P_PID, static_cast<id_t>(child), &state, WSTOPPED | WNOHANG);
    // Stopped from the terminal: the shell sees us stop as the program stopped, and continues the group. Stopped by
    // SIGSTOP, the program alone may be continued, and nobody would wake us.
    if (is_terminals(state.si_status)) kill(getpid(), SIGSTOP);
    return true;
  }
  // From the terminal: the program is in the same group and has it.
  if (signal.si_code > 0 && is_terminals(number)) return true;
  // From the program, to its group or its parent.
  if (signal.si_code <= 0 && signal.si_pid == child) return true;
  if (getpgid(child) == getpgrp() && (canary_.heard(number) || group_follows(number))) return true;
  if (signal.si_code == SI_QUEUE) {
    sigqueue(child, number, signal.si_value);
  } else {
    kill(child, number);
  }
  return true;
}

// timeout(1) signals its command and then the whole group: the program gets the group's, as python would get the two as
// one. Ours of the group is taken here.
bool SignalRelay::group_follows(int signal) {
  constexpr timespec kAMoment{0, 500'000};
  constexpr std::uint64_t kLongestNs = 5'000'000;  // the program is not to wait for what is meant for it alone
  const std::uint64_t began = ClockPair::now(ClockSource::kSystem).system_ns;
  do {
    nanosleep(&kAMoment, nullptr);
    if (!canary_.heard(signal)) continue;
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signal);
    sigtimedwait(&only, nullptr, &kAMoment);
    return true;
  } while (ClockPair::now(ClockSource::kSystem).system_ns - began < kLongestNs);
  return false;
}

void die_by(int signal) {
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  sigaction(signal, &standard, nullptr);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  raise(signal);
  sigprocmask(SIG_UNBLOCK, &only, nullptr);
}

}  // namespace pyharness
