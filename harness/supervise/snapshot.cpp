#include "harness/supervise/snapshot.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "harness/base/descriptor.h"
#include "harness/base/error.h"
#include "harness/supervise/arena_copy.h"
#include "harness/supervise/arena_report.h"
#include "harness/supervise/process_facts.h"

namespace pyharness {
namespace {

/// What a look at one process found.
struct Look {
  Descriptor arena;  // that this process made
  bool denied = false;
};

// The arena that process `pid` made for a program. Of its files only regular ones are opened: anything else may notice.
Look look_for_arena(pid_t pid) {
  const std::string directory = fmt::format("/proc/{}/fd", pid);
  DIR* listing = opendir(directory.c_str());
  if (listing == nullptr) return {{}, errno == EACCES || errno == EPERM};
  Look look;
  while (const dirent* entry = readdir(listing)) {
    struct stat status {};
    if (fstatat(dirfd(listing), entry->d_name, &status, 0) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size < static_cast<off_t>(sizeof(ArenaHeader)))
      continue;
    Descriptor file(openat(dirfd(listing), entry->d_name, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!file || !is_arena(file.get())) continue;
    RunState run{};
    const ssize_t count = pread(file.get(), static_cast<void*>(&run), sizeof run, offsetof(ArenaHeader, run));
    if (count == static_cast<ssize_t>(sizeof run) && static_cast<pid_t>(run.supervisor_pid) == pid) {
      look.arena = std::move(file);
      break;
    }
  }
  closedir(listing);
  return look;
}

bool is_pyharness(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/comm", pid));
  std::string name;
  return std::getline(file, name) && name == "pyharness";
}

}  // namespace

Recording take_snapshot(pid_t pid) {
  if (!facts_of(pid)) throw Failure(fmt::format("there is no process {}. Is it still running?", pid));
  bool between = false;
  for (pid_t at = pid; at > 0;) {
    const Look look = look_for_arena(at);
    if (look.arena) {
      const std::string name = fmt::format("process {}", at);
      return report_of_arena(ArenaCopy(look.arena.get(), name).reader(), name, true);
    }
    if (look.denied && (at == pid || is_pyharness(at)))
      throw Failure(fmt::format(
          "process {} belongs to somebody else. Take the snapshot as the user who runs it, or as root.", at));
    between = between || is_pyharness(at);
    const std::optional<ProcessFacts> facts = facts_of(at);
    at = facts ? facts->parent : 0;
  }
  if (between) throw Failure(fmt::format("process {} runs no program now: it starts one, or writes its report.", pid));
  throw Failure(fmt::format("process {} is not run by pyharness. Start it with: pyharness run SCRIPT", pid));
}

}  // namespace pyharness
