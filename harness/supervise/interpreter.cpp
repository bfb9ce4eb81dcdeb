#include "harness/supervise/interpreter.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/auxv.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/words.h"

namespace pyharness {
namespace {

namespace fs = std::filesystem;

// Of the interpreter that the default host embeds; asked at configure time (cmake/python.cmake).
constexpr const char* kDefaultPython = PYHARNESS_PYTHON;
constexpr const char* kDefaultVersion = PYHARNESS_PYTHON_VERSION;
constexpr const char* kDefaultHost = PYHARNESS_HOST_NAME;

fs::path without_links(const fs::path& path) {
  std::error_code error;
  fs::path real = fs::canonical(path, error);
  return error ? fs::path() : real;
}

bool is_executable(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

// The build tree keeps the host beside us; an installed tree in libexec.
std::string find_host() {
  fs::path self = without_links("/proc/self/exe");
  if (self.empty()) self = without_links(reinterpret_cast<const char*>(getauxval(AT_EXECFN)));
  const fs::path directory = self.parent_path();
  for (const fs::path& place :
       {directory / kDefaultHost, directory.parent_path() / "libexec" / "pyharness" / kDefaultHost}) {
    if (is_executable(place)) return place;
  }
  throw Failure(fmt::format("{} is missing beside {}. Install pyharness again.", kDefaultHost, self.string()));
}

std::string find_on_path(const std::string& name) {
  const char* path = std::getenv("PATH");
  for (const std::string& directory : split(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path, ':')) {
    const fs::path candidate = fs::path(directory) / name;
    if (is_executable(candidate)) return candidate;
  }
  return {};
}

// "home = /usr/bin" in pyvenv.cfg, beside the executable or one directory up, as Modules/getpath.py looks for it.
std::optional<fs::path> environment_home(const fs::path& executable) {
  for (const fs::path& directory : {executable.parent_path(), executable.parent_path().parent_path()}) {
    std::ifstream file(directory / "pyvenv.cfg");
    for (std::string line; std::getline(file, line);) {
      const std::size_t equals = line.find('=');
      if (equals == std::string::npos) continue;
      const std::vector<std::string> key = split(line.substr(0, equals), ' ');
      if (key.size() != 1 || key[0] != "home") continue;
      const std::size_t begin = line.find_first_not_of(' ', equals + 1);
      return begin == std::string::npos ? fs::path()
                                        : fs::path(line.substr(begin, line.find_last_not_of(" \r") + 1 - begin));
    }
  }
  return std::nullopt;
}

// The interpreter itself: behind the symbolic links, and behind a virtual environment made of copies.
fs::path base_executable(const fs::path& executable) {
  fs::path real = without_links(executable);
  const std::optional<fs::path> home = environment_home(executable);
  if (!home) return real;
  const fs::path environment = without_links(executable.parent_path().parent_path());
  const fs::path relative = real.lexically_relative(environment);
  const bool copied = !relative.empty() && *relative.begin() != "..";
  if (!copied) return real;
  for (const fs::path& name : {fs::path(kDefaultPython).filename(), real.filename(), fs::path("python3")}) {
    if (fs::path base = without_links(*home / name); !base.empty()) return base;
  }
  return real;
}

// What an interpreter says of itself; only for a sentence that turns it down.
std::string version_of(const std::string& executable) {
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) return "unknown";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::array<const char*, 6> arguments{
      executable.c_str(), "-I", "-S", "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])", nullptr};
  pid_t child = 0;
  const int error =
      posix_spawn(&child, executable.c_str(), &actions, nullptr, const_cast<char* const*>(arguments.data()), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe[1]);
  std::string answer(64, '\0');
  const ssize_t count = error == 0 ? read(pipe[0], answer.data(), answer.size()) : -1;
  close(pipe[0]);
  if (error == 0) waitpid(child, nullptr, 0);
  answer.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  while (!answer.empty() && answer.back() == '\n') answer.pop_back();
  return answer.empty() ? "unknown" : answer;
}

bool has_host(const std::string& executable) {
  const fs::path base = base_executable(executable);
  return !base.empty() && base == without_links(kDefaultPython);
}

Interpreter with_host(const std::string& executable, const std::string& chosen_by) {
  return {executable, kDefaultVersion, find_host(), chosen_by};
}

Interpreter wanted_interpreter(const std::string& executable, const std::string& chosen_by) {
  if (!is_executable(executable))
    throw Failure(fmt::format("{} ({}) is not an interpreter that can be run.", executable, chosen_by));
  if (!has_host(executable)) {
    throw Failure(fmt::format("{} ({}) is Python {}. This build runs {} (Python {}) and its virtual environments only.",
                              executable, chosen_by, version_of(executable), kDefaultPython, kDefaultVersion));
  }
  return with_host(executable, chosen_by);
}

}  // namespace

Interpreter choose_interpreter(const std::string& wanted) {
  if (!wanted.empty()) {
    std::error_code error;
    const std::string found =
        wanted.find('/') == std::string::npos ? find_on_path(wanted) : fs::absolute(wanted, error).string();
    return wanted_interpreter(found.empty() ? wanted : found, "--python");
  }
  for (const char* variable : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    const char* prefix = std::getenv(variable);
    if (prefix != nullptr && *prefix != '\0')
      return wanted_interpreter(std::string(prefix) + "/bin/python", std::string("$") + variable);
  }
  if (const std::string first = find_on_path("python3"); !first.empty() && has_host(first))
    return with_host(first, "python3 on PATH");
  if (!is_executable(kDefaultPython))
    throw Failure(fmt::format("{} is not installed. Install it or name another with --python.", kDefaultPython));
  return with_host(kDefaultPython, "the built-in default");
}

std::vector<Interpreter> known_interpreters() { return {with_host(kDefaultPython, "the built-in default")}; }

}  // namespace pyharness
