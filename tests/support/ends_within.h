#pragma once

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <exception>

namespace pyharness::testing {

/// True where `action` ends in a child process within `seconds` of processor time and `bytes` of address space, with no
/// exception and no crash. For what would take the whole test with it. A sanitizer makes it many times slower.
template <class Action>
bool ends_within(unsigned seconds, std::size_t bytes, Action&& action) {
  const pid_t child = fork();
  if (child == 0) {
#ifdef PYHARNESS_SANITIZED
    const rlimit time{seconds * 10, seconds * 10};
    (void)bytes;
#else
    const rlimit time{seconds, seconds};
    const rlimit space{bytes, bytes};
    setrlimit(RLIMIT_AS, &space);
#endif
    setrlimit(RLIMIT_CPU, &time);
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    try {
      action();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "in the child: %s\n", error.what());
      _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace pyharness::testing
