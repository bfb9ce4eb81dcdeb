// The host in its shared flavour: loads the libpython that the plan names, then the core that was built for its series,
// and runs the program. See docs/host.md.
//
// What libpython and the program's extensions call in libc or libpython, the dynamic linker looks up in the executable
// first: the functions at the end stand in front of the real ones.
#include <dlfcn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "harness/base/error.h"
#include "harness/base/own_executable.h"
#include "harness/base/words.h"
#include "harness/host/arena_mapping.h"
#include "harness/host/core.h"
#include "harness/host/exec_seams.h"
#include "harness/record/host_plan.h"

namespace {

using pyharness::Failure;

pyharness::Interposed g_interposed;
void* g_libpython = nullptr;

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

template <class Function>
Function in_libpython(const char* name) {
  return reinterpret_cast<Function>(dlsym(g_libpython, name));
}

using SetSpecific = int (*)(unsigned, const void*);
using SetHook = void (*)(void*, void*);
using SetHookOfThread = int (*)(void*, void*, void*);
void (*g_exit)(int) = nullptr;  // found before it is needed: it may be called between vfork and exec

void* load(const std::string& file, int flags, const char* whose) {
  void* handle = dlopen(file.c_str(), flags);
  if (handle == nullptr)
    throw Failure(std::string(whose) + " library cannot be loaded: " + dlerror() + ". Install it again.");
  return handle;
}

struct Loaded {
  pyharness::CoreEntry entry = nullptr;
  pyharness::InheritedArena inherited;
};

Loaded load_all() {
  g_exit = next<void (*)(int)>("_exit");
  const pyharness::InheritedArena inherited = pyharness::map_inherited_arena();
  const pyharness::HostPlan plan = inherited.arena.plan();
  pyharness::follow_pythons(inherited.arena.header(), plan);
  // Global: extension modules find CPython's functions there.
  g_libpython = load(plan.library, RTLD_NOW | RTLD_GLOBAL, "the interpreter's");
  const std::string self = pyharness::own_executable();
  void* core = load(self + ".so", RTLD_NOW | RTLD_LOCAL, "the host's");
  const auto entry = reinterpret_cast<pyharness::CoreEntry>(dlsym(core, pyharness::kCoreEntry));
  if (entry == nullptr) throw Failure(self + ".so is not of this pyharness. Install it again.");
  return {entry, inherited};
}

// One of these calls another where libpython is linked so: the outermost tells.
thread_local int t_setting = 0;

template <class Call>
auto set_hook(Call&& call, void (*const& told)()) {
  ++t_setting;
  const auto result = call();
  if (--t_setting == 0 && told != nullptr) told();
  return result;
}

// Spawning hands the arena over by one more file action: what CPython makes for one call. Others may use theirs again.
bool called_by_libpython(const void* caller) {
  Dl_info of_caller{};
  Dl_info of_libpython{};
  return dladdr(caller, &of_caller) != 0 && dladdr(in_libpython<void*>("Py_Initialize"), &of_libpython) != 0 &&
         of_caller.dli_fbase == of_libpython.dli_fbase;
}

// Null where it failed, and said so.
Loaded try_to_load() {
  try {
    return load_all();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pyharness: %s\n", pyharness::printable(error.what()).c_str());
    return {};
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Loaded loaded = try_to_load();
  if (loaded.entry == nullptr) return pyharness::kOwnFailureStatus;
  return loaded.entry(argc, argv, loaded.inherited, &g_interposed);  // nothing to destroy here: see start_host.h
}

#pragma GCC visibility push(default)
extern "C" {

void _exit(int status) {
  if (g_interposed.exiting != nullptr) g_interposed.exiting(status);
  if (g_exit != nullptr) g_exit(status);
  syscall(SYS_exit_group, status);  // before main(), in the constructor of a preloaded library
  __builtin_unreachable();
}

int execve(const char* path, char* const* argv, char* const* envp) noexcept {
  return pyharness::announced_exec(g_interposed, [&] { return pyharness::exec_following(path, argv, envp); });
}

int execv(const char* path, char* const* argv) noexcept { return execve(path, argv, environ); }

int fexecve(int descriptor, char* const* argv, char* const* envp) noexcept {
  return pyharness::announced_exec(g_interposed, [&] { return pyharness::exec_following(descriptor, argv, envp); });
}

int posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                const posix_spawnattr_t* attributes, char* const* argv, char* const* envp) {
  static const auto real = next<pyharness::PosixSpawn>("posix_spawn");
  if (!called_by_libpython(__builtin_return_address(0))) return real(pid, path, actions, attributes, argv, envp);
  return pyharness::spawn_following(real, pid, path, actions, attributes, argv, envp);
}

int posix_spawnp(pid_t* pid, const char* file, const posix_spawn_file_actions_t* actions,
                 const posix_spawnattr_t* attributes, char* const* argv, char* const* envp) {
  static const auto real = next<pyharness::PosixSpawn>("posix_spawn");
  static const auto real_in_path = next<pyharness::PosixSpawn>("posix_spawnp");
  if (!called_by_libpython(__builtin_return_address(0)))
    return real_in_path(pid, file, actions, attributes, argv, envp);
  return pyharness::spawn_in_path_following(real, real_in_path, pid, file, actions, attributes, argv, envp);
}

pid_t wait(int* status) {
  static const auto real = next<pid_t (*)(int*)>("wait");
  return pyharness::tell_of_child(g_interposed, real(status), status);
}

pid_t waitpid(pid_t pid, int* status, int options) {
  static const auto real = next<pid_t (*)(pid_t, int*, int)>("waitpid");
  return pyharness::tell_of_child(g_interposed, real(pid, status, options), status);
}

pid_t wait3(int* status, int options, rusage* usage) noexcept {
  static const auto real = next<pid_t (*)(int*, int, rusage*)>("wait3");
  return pyharness::tell_of_child(g_interposed, real(status, options, usage), status);
}

pid_t wait4(pid_t pid, int* status, int options, rusage* usage) noexcept {
  static const auto real = next<pid_t (*)(pid_t, int*, int, rusage*)>("wait4");
  return pyharness::tell_of_child(g_interposed, real(pid, status, options, usage), status);
}

int waitid(idtype_t type, id_t id, siginfo_t* child, int options) {
  static const auto real = next<int (*)(idtype_t, id_t, siginfo_t*, int)>("waitid");
  return pyharness::tell_of_child(g_interposed, real(type, id, child, options), child);
}

int pthread_setspecific(unsigned key, const void* value) noexcept {
  static const auto real = next<SetSpecific>("pthread_setspecific");
  const int result = real(key, value);
  if (g_interposed.thread_value_set != nullptr) g_interposed.thread_value_set(key, const_cast<void*>(value));
  return result;
}

void PyEval_SetTrace(void* function, void* argument) {
  static const auto real = in_libpython<SetHook>("PyEval_SetTrace");
  set_hook([&] { return real(function, argument), 0; }, g_interposed.tracer_set);
}

void PyEval_SetProfile(void* function, void* argument) {
  static const auto real = in_libpython<SetHook>("PyEval_SetProfile");
  set_hook([&] { return real(function, argument), 0; }, g_interposed.profiler_set);
}

// Of the calling thread only: cProfile's way, and libpython's own where it is linked so.
int _PyEval_SetTrace(void* thread, void* function, void* argument) {
  static const auto real = in_libpython<SetHookOfThread>("_PyEval_SetTrace");
  return set_hook([&] { return real(thread, function, argument); }, g_interposed.tracer_set);
}

int _PyEval_SetProfile(void* thread, void* function, void* argument) {
  static const auto real = in_libpython<SetHookOfThread>("_PyEval_SetProfile");
  return set_hook([&] { return real(thread, function, argument); }, g_interposed.profiler_set);
}

}  // extern "C"
#pragma GCC visibility pop
