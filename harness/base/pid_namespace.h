#pragma once

#include <cstdint>

namespace pyharness {

// Process ids mean something within one pid namespace only. Which one that is, as a number to compare; 0 where /proc
// does not tell. System calls only.

/// Of this process.
std::uint64_t pid_namespace() noexcept;
/// Of the processes that it starts: another one after unshare(CLONE_NEWPID) or setns(2).
std::uint64_t pid_namespace_of_children() noexcept;

}  // namespace pyharness
