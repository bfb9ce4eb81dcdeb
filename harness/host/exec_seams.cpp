// The default host's seams around processes that the program begins and awaits. Only libpython's own calls come here:
// __real_x is libc's x; see --wrap in ld(1) and CMakeLists.txt.
#include "harness/host/exec_seams.h"

#include <sys/resource.h>
#include <unistd.h>

#include "harness/cpython/link_seams.h"

extern "C" {

int __wrap_execve(const char* path, char* const* argv, char* const* envp);
int __wrap_execve(const char* path, char* const* argv, char* const* envp) {
  return pyharness::announced_exec(pyharness::link_seams(),
                                   [&] { return pyharness::exec_following(path, argv, envp); });
}

int __wrap_execv(const char* path, char* const* argv);
int __wrap_execv(const char* path, char* const* argv) { return __wrap_execve(path, argv, environ); }

int __wrap_fexecve(int descriptor, char* const* argv, char* const* envp);
int __wrap_fexecve(int descriptor, char* const* argv, char* const* envp) {
  return pyharness::announced_exec(pyharness::link_seams(),
                                   [&] { return pyharness::exec_following(descriptor, argv, envp); });
}

int __real_posix_spawn(pid_t*, const char*, const posix_spawn_file_actions_t*, const posix_spawnattr_t*, char* const*,
                       char* const*);
int __wrap_posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                       const posix_spawnattr_t* attributes, char* const* argv, char* const* envp);
int __wrap_posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                       const posix_spawnattr_t* attributes, char* const* argv, char* const* envp) {
  return pyharness::spawn_following(__real_posix_spawn, pid, path, actions, attributes, argv, envp);
}

int __real_posix_spawnp(pid_t*, const char*, const posix_spawn_file_actions_t*, const posix_spawnattr_t*, char* const*,
                        char* const*);
int __wrap_posix_spawnp(pid_t* pid, const char* file, const posix_spawn_file_actions_t* actions,
                        const posix_spawnattr_t* attributes, char* const* argv, char* const* envp);
int __wrap_posix_spawnp(pid_t* pid, const char* file, const posix_spawn_file_actions_t* actions,
                        const posix_spawnattr_t* attributes, char* const* argv, char* const* envp) {
  return pyharness::spawn_in_path_following(__real_posix_spawn, __real_posix_spawnp, pid, file, actions, attributes,
                                            argv, envp);
}

pid_t __real_wait(int* status);
pid_t __wrap_wait(int* status);
pid_t __wrap_wait(int* status) {
  return pyharness::tell_of_child(pyharness::link_seams(), __real_wait(status), status);
}

pid_t __real_waitpid(pid_t pid, int* status, int options);
pid_t __wrap_waitpid(pid_t pid, int* status, int options);
pid_t __wrap_waitpid(pid_t pid, int* status, int options) {
  return pyharness::tell_of_child(pyharness::link_seams(), __real_waitpid(pid, status, options), status);
}

pid_t __real_wait3(int* status, int options, rusage* usage);
pid_t __wrap_wait3(int* status, int options, rusage* usage);
pid_t __wrap_wait3(int* status, int options, rusage* usage) {
  return pyharness::tell_of_child(pyharness::link_seams(), __real_wait3(status, options, usage), status);
}

pid_t __real_wait4(pid_t pid, int* status, int options, rusage* usage);
pid_t __wrap_wait4(pid_t pid, int* status, int options, rusage* usage);
pid_t __wrap_wait4(pid_t pid, int* status, int options, rusage* usage) {
  return pyharness::tell_of_child(pyharness::link_seams(), __real_wait4(pid, status, options, usage), status);
}

int __real_waitid(idtype_t type, id_t id, siginfo_t* child, int options);
int __wrap_waitid(idtype_t type, id_t id, siginfo_t* child, int options);
int __wrap_waitid(idtype_t type, id_t id, siginfo_t* child, int options) {
  return pyharness::tell_of_child(pyharness::link_seams(), __real_waitid(type, id, child, options), child);
}

}  // extern "C"
