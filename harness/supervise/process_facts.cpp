#include "harness/supervise/process_facts.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "harness/base/pid_namespace.h"

namespace pyharness {
namespace {

// The words of /proc/PID/stat from the state on: the name before them may hold anything.
std::vector<std::string> stat_words(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream fields(text.substr(name_end + 1));
  return {std::istream_iterator<std::string>(fields), {}};
}

// "VmHWM:   12345 kB" of a status file; 0 where it is not there.
long status_figure(const std::string& path, std::string_view name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name)) return std::strtol(line.c_str() + name.size(), nullptr, 10);
  }
  return 0;
}

bool exists(pid_t pid) { return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM); }

timeval to_timeval(std::uint64_t ns) {
  return {static_cast<time_t>(ns / 1'000'000'000), static_cast<suseconds_t>(ns % 1'000'000'000 / 1000)};
}

}  // namespace

std::optional<ProcessFacts> facts_of(pid_t pid) {
  const std::vector<std::string> words = stat_words(pid);
  // Fields of proc(5), counted from the state, which is the third there.
  enum Field : std::size_t {
    kParent = 1,
    kMinor = 7,
    kMajor = 9,
    kUser = 11,
    kSystem,
    kChildUser,
    kChildSystem,
    kMost
  };
  if (words.size() < kMost) return std::nullopt;
  const auto number = [&](Field field) { return std::strtoull(words[field].c_str(), nullptr, 10); };
  const auto tick_ns = static_cast<std::uint64_t>(1'000'000'000 / sysconf(_SC_CLK_TCK));
  return ProcessFacts{
      .parent = static_cast<pid_t>(number(kParent)),
      .self = {number(kUser) * tick_ns, number(kSystem) * tick_ns},
      .children = {number(kChildUser) * tick_ns, number(kChildSystem) * tick_ns},
      .minor_faults = static_cast<long>(number(kMinor)),
      .major_faults = static_cast<long>(number(kMajor)),
  };
}

bool is_running(pid_t pid) {
  if (!exists(pid)) return false;
  // What we cannot look at may run: its part of the arena must not be given back.
  static const bool proc_is_ours = proc_shows_own_namespace();
  if (!proc_is_ours) return true;
  const std::vector<std::string> words = stat_words(pid);
  if (words.empty()) return exists(pid);  // it has just ended, or is hidden from us (hidepid)
  if (words[0] != "Z") return true;
  // A main thread that has ended looks the same. Two links are the directory's own.
  struct stat tasks {};
  constexpr nlink_t kAlone = 3;
  return stat(fmt::format("/proc/{}/task", pid).c_str(), &tasks) == 0 && tasks.st_nlink > kAlone;
}

Ending ending_of_unreaped(pid_t pid) {
  const std::vector<std::string> words = stat_words(pid);
  constexpr std::size_t kStatus = 49;  // as waitpid(2) has it
  if (words.size() <= kStatus || words[0] != "Z") return {};
  return ending_of(static_cast<int>(std::strtol(words[kStatus].c_str(), nullptr, 10)));
}

HostEnd used_so_far(pid_t pid) {
  const ProcessFacts facts = facts_of(pid).value_or(ProcessFacts{});
  HostEnd end;
  end.children = facts.children;
  end.usage.ru_utime = to_timeval(facts.self.user_ns + facts.children.user_ns);
  end.usage.ru_stime = to_timeval(facts.self.system_ns + facts.children.system_ns);
  end.usage.ru_minflt = facts.minor_faults;
  end.usage.ru_majflt = facts.major_faults;
  end.usage.ru_maxrss = status_figure(fmt::format("/proc/{}/status", pid), "VmHWM:");
  // Of each thread by itself; those that have ended are not told.
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", pid), error)) {
    const std::string status = task.path() / "status";
    end.usage.ru_nvcsw += status_figure(status, "voluntary_ctxt_switches:");
    end.usage.ru_nivcsw += status_figure(status, "nonvoluntary_ctxt_switches:");
  }
  return end;
}

}  // namespace pyharness
