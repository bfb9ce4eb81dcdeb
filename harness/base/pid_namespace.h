#pragma once

#include <cstdint>

namespace pyharness {

/// Which numbers this process's getpid() and kill() speak of: equal for two processes where they speak of the same. 0
/// where there is no /proc. System calls only.
std::uint64_t own_pid_namespace() noexcept;

/// Whether /proc/PID is the process that getpid() and kill() mean by PID: a new pid namespace begins with the old
/// /proc, and some have none.
bool proc_shows_own_namespace() noexcept;

}  // namespace pyharness
