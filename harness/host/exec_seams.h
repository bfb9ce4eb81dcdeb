#pragma once

#include <sys/wait.h>

#include <cerrno>

#include "harness/host/followed_exec.h"

namespace pyharness {

// What both flavours do around libc's functions that begin and await processes: `Seams` has LinkSeams' members for it.

/// An exec: it returns only where it failed.
template <class Seams, class Exec>
int announced_exec(const Seams& seams, Exec&& exec) noexcept {
  if (seams.exec_begins != nullptr) seams.exec_begins();
  const int result = exec();
  const int error = errno;
  if (seams.exec_failed != nullptr) seams.exec_failed();
  errno = error;
  return result;
}

/// After waitpid(2) and its kin: `pid` is what they returned, `status` may be null.
template <class Seams>
pid_t tell_of_child(const Seams& seams, pid_t pid, const int* status) noexcept {
  if (pid > 0 && status != nullptr && WIFSIGNALED(*status) && seams.child_killed != nullptr)
    seams.child_killed(pid, WTERMSIG(*status));
  return pid;
}

/// After waitid(2), which returned `result`; `child` may be null.
template <class Seams>
int tell_of_child(const Seams& seams, int result, const siginfo_t* child) noexcept {
  const bool killed = result == 0 && child != nullptr && child->si_pid > 0 &&
                      (child->si_code == CLD_KILLED || child->si_code == CLD_DUMPED);
  if (killed && seams.child_killed != nullptr) seams.child_killed(child->si_pid, child->si_status);
  return result;
}

}  // namespace pyharness
