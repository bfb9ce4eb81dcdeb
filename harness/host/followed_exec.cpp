#include "harness/host/followed_exec.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "harness/host/arena_mapping.h"
#include "harness/host/shebang.h"

namespace pyharness {
namespace {

// Everything that is read between vfork and exec, made beforehand.
struct Following {
  ArenaHeader* header = nullptr;
  std::vector<KnownPython> pythons;
};
const Following* g_following = nullptr;

const char* host_of(const struct stat& status) noexcept {
  for (const KnownPython& python : g_following->pythons) {
    if (python.inode == status.st_ino && python.device == status.st_dev) return python.host.c_str();
  }
  return nullptr;
}

/// A path to the arena that is mapped now.
class ArenaPath {
 public:
  ArenaPath() noexcept {
    const ArenaHeader& header = *g_following->header;
    std::snprintf(text_, sizeof text_, "/proc/%u/fd/%u", header.run.supervisor_pid, header.descriptor);
  }
  const char* text() const noexcept { return text_; }

 private:
  char text_[64];
};

// The host for the Python at `path`; null where it is none, or one of them may not be executed.
const char* host_of(const char* path) noexcept {
  struct stat status {};
  if (g_following == nullptr || path == nullptr || stat(path, &status) != 0) return nullptr;
  const char* host = host_of(status);
  return host != nullptr && faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 &&
                 faccessat(AT_FDCWD, host, X_OK, AT_EACCESS) == 0
             ? host
             : nullptr;
}

// Our arena counts against the limit of address space: what little there is, is the child's.
bool has_address_space() noexcept {
  rlimit limit{};
  return getrlimit(RLIMIT_AS, &limit) == 0 &&
         (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur / kShareOfAddressSpace >= g_following->header->bytes);
}

// The arena as a descriptor that a host finds; -1 where there is none to be had: the supervisor has ended, or the
// program has become somebody who may not look at it.
// `flags` as O_CLOEXEC.
int open_arena(int flags) noexcept {
  int descriptor = open(ArenaPath().text(), O_RDWR | flags);
  if (descriptor >= 0 && descriptor < kFirstInheritedDescriptor) {
    const int low = descriptor;
    descriptor = fcntl(low, flags == 0 ? F_DUPFD : F_DUPFD_CLOEXEC, kFirstInheritedDescriptor);
    close(low);
  }
  if (descriptor < 0) return -1;
  ArenaHeader header{};
  if (is_arena(descriptor, header) && header.run_id == g_following->header->run_id) return descriptor;
  close(descriptor);
  return -1;
}

const char* base_name(const char* path) noexcept {
  const char* slash = std::strrchr(path, '/');
  return slash == nullptr ? path : slash + 1;
}

// Linux names a process after the file that was executed, which its host is not told.
void leave_name(const char* path) noexcept {
  const auto pid = static_cast<std::uint32_t>(getpid());
  ProcessName& place = g_following->header->names[pid % kProcessNames];
  place.pid.store(0, std::memory_order_relaxed);
  const char* name = base_name(path);
  const std::size_t size = std::min(std::strlen(name), sizeof place.name - 1);
  std::memcpy(place.name, name, size);
  place.name[size] = '\0';
  place.pid.store(pid, std::memory_order_release);
}

std::size_t count(char* const* words) noexcept {
  std::size_t n = 0;
  while (words != nullptr && words[n] != nullptr) ++n;
  return n;
}

// What is to be started in the place of what the program asked for.
struct Followed {
  const char* host = nullptr;  // null: nothing
  char* const* argv = nullptr;
  const char* name = nullptr;  // the file that the process is named after; null where nobody knows
};

// On the stack, which may be a thread's of 64 KiB: nothing can be allocated between vfork and exec. A script with more
// arguments is the kernel's to start, unfollowed.
constexpr std::size_t kMostWords = 1024;
constexpr std::size_t kMostMoreWords = 3;  // that a script's first line puts before its name, and the final null

// A script is started by what its first line names, possibly through env(1). `words` has room for the command line that
// they would make of it, `found` for a path.
Followed followed_script(const Shebang& shebang, const char* path, char* const* argv, char* const* envp, char** words,
                         char* found) noexcept {
  const bool through_env = is_env(shebang.interpreter);
  if (through_env && !is_plain_word(shebang.argument)) return {};
  const char* python = shebang.interpreter;
  if (through_env) python = find_in_path(shebang.argument, path_variable(envp), found) ? found : nullptr;
  const char* host = host_of(python);
  if (host == nullptr) return {};
  char** next = words;
  if (!through_env) *next++ = const_cast<char*>(shebang.interpreter);
  if (shebang.argument[0] != '\0') *next++ = const_cast<char*>(shebang.argument);
  *next++ = const_cast<char*>(path);
  while (*++argv != nullptr) *next++ = *argv;
  *next = nullptr;
  return {host, words, through_env ? found : path};
}

// Calls `start` where `path` is a Python, or a script for one, that a host can run.
template <class Start>
void if_followed(const char* path, char* const* argv, char* const* envp, Start&& start) noexcept {
  if (g_following == nullptr || path == nullptr || argv == nullptr || argv[0] == nullptr || !has_address_space())
    return;
  if (const char* host = host_of(path); host != nullptr) {
    start(Followed{host, argv, path});
    return;
  }
  Shebang shebang;
  if (!read_shebang(path, shebang)) return;
  if (count(argv) > kMostWords) return;
  char* words[kMostWords + kMostMoreWords + 1];
  char found[PATH_MAX];
  if (const Followed followed = followed_script(shebang, path, argv, envp, words, found); followed.host != nullptr)
    start(followed);
}

// Returns only where it cannot be done.
void exec_host(const Followed& followed, char* const* envp) noexcept {
  const int arena = open_arena(0);
  if (arena < 0) return;
  if (followed.name != nullptr) leave_name(followed.name);
  syscall(SYS_execve, followed.host, followed.argv, envp);
  close(arena);
}

// A child that becomes another user may not open the arena, and nothing could be started in its place then.
bool changes_user(const posix_spawnattr_t* attributes) noexcept {
  short flags = 0;
  return attributes != nullptr && posix_spawnattr_getflags(attributes, &flags) == 0 &&
         (flags & POSIX_SPAWN_RESETIDS) != 0 && (geteuid() != getuid() || getegid() != getgid());
}

// Where posix_spawn fails, the program is told so: what can be known beforehand is asked beforehand.
bool can_spawn(const char* host, const posix_spawnattr_t* attributes) noexcept {
  return !changes_user(attributes) && faccessat(AT_FDCWD, host, X_OK, AT_EACCESS) == 0;
}

// It is opened in the child, when everything that the program asked for is done.
bool add_arena(posix_spawn_file_actions_t* actions) noexcept {
  const int descriptor = spawned_descriptor();
  if (fcntl(descriptor, F_GETFD) >= 0) return false;  // in use
  const int checked = open_arena(O_CLOEXEC);          // another thread may start a program meanwhile
  if (checked < 0) return false;
  close(checked);
  return posix_spawn_file_actions_addopen(actions, descriptor, ArenaPath().text(), O_RDWR, 0) == 0;
}

}  // namespace

void follow_pythons(ArenaHeader& arena, const HostPlan& plan) {
  if (plan.follow.empty()) return;
  auto* following = new Following{};  // for as long as the process lives
  following->header = &arena;
  following->pythons = plan.follow;
  g_following = following;
}

int exec_following(const char* path, char* const* argv, char* const* envp) noexcept {
  if_followed(path, argv, envp, [&](const Followed& followed) { exec_host(followed, envp); });
  return static_cast<int>(syscall(SYS_execve, path, argv, envp));
}

int exec_following(int descriptor, char* const* argv, char* const* envp) noexcept {
  struct stat status {};
  if (g_following != nullptr && fstat(descriptor, &status) == 0 && has_address_space()) {
    if (const char* host = host_of(status); host != nullptr) exec_host({host, argv, nullptr}, envp);
  }
  return static_cast<int>(syscall(SYS_execveat, descriptor, "", argv, envp, AT_EMPTY_PATH));
}

int spawn_following(PosixSpawn real, pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                    const posix_spawnattr_t* attributes, char* const* argv, char* const* envp) noexcept {
  std::optional<int> result;
  if_followed(path, argv, envp, [&](const Followed& followed) {
    if (!can_spawn(followed.host, attributes)) return;
    posix_spawn_file_actions_t ours;
    if (actions == nullptr && posix_spawn_file_actions_init(&ours) != 0) return;
    auto* all = actions == nullptr ? &ours : const_cast<posix_spawn_file_actions_t*>(actions);
    if (followed.name != nullptr) leave_name(followed.name);  // ours: the child's process id is not known yet
    if (add_arena(all)) result = real(pid, followed.host, all, attributes, followed.argv, envp);
    if (actions == nullptr) posix_spawn_file_actions_destroy(&ours);
  });
  return result ? *result : real(pid, path, actions, attributes, argv, envp);
}

int spawn_in_path_following(PosixSpawn real, PosixSpawn real_in_path, pid_t* pid, const char* file,
                            const posix_spawn_file_actions_t* actions, const posix_spawnattr_t* attributes,
                            char* const* argv, char* const* envp) noexcept {
  char found[PATH_MAX];
  if (g_following != nullptr && find_in_path(file, path_variable(environ), found))
    return spawn_following(real, pid, found, actions, attributes, argv, envp);
  return real_in_path(pid, file, actions, attributes, argv, envp);
}

}  // namespace pyharness
