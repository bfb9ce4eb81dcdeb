#pragma once

#include <spawn.h>

#include "harness/record/arena_writer.h"
#include "harness/record/host_plan.h"

namespace pyharness {

// Pythons that the program starts by exec or posix_spawn are run by a host too, with the same arguments and environment
// and with the arena as one more inherited descriptor. What is not a Python that has a host here, or where the arena
// cannot be handed on, is started as the program asked. See docs/children.md.

/// Once, before Python starts. Does nothing where the plan follows nobody.
void follow_pythons(const ArenaHeader& arena, const HostPlan& plan);

/// As execve(2) and fexecve(3), errno included. These may run between vfork and exec: they make system calls and
/// nothing else.
int exec_following(const char* path, char* const* argv, char* const* envp) noexcept;
int exec_following(int descriptor, char* const* argv, char* const* envp) noexcept;

using PosixSpawn = int (*)(pid_t*, const char*, const posix_spawn_file_actions_t*, const posix_spawnattr_t*,
                           char* const*, char* const*);

/// As posix_spawn(3) and posix_spawnp(3), which are `real` and `real_in_path`. `actions` that are not null get one more
/// where a Python is followed, since it is the only way to hand it anything.
int spawn_following(PosixSpawn real, pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                    const posix_spawnattr_t* attributes, char* const* argv, char* const* envp) noexcept;
int spawn_in_path_following(PosixSpawn real, PosixSpawn real_in_path, pid_t* pid, const char* file,
                            const posix_spawn_file_actions_t* actions, const posix_spawnattr_t* attributes,
                            char* const* argv, char* const* envp) noexcept;

}  // namespace pyharness
