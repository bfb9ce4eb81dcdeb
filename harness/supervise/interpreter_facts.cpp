#include "harness/supervise/interpreter_facts.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/output.h"

namespace pyharness {
namespace {

namespace fs = std::filesystem;

// One answer a line, paths as bytes. The library is where the build was told to put it, or where the interpreter was
// moved to afterwards.
constexpr const char* kQuestions = R"(
import os, sys, sysconfig
v = sysconfig.get_config_var
name = v('INSTSONAME') or v('LDLIBRARY') or ''
found = [os.path.join(d, name) for d in (v('LIBDIR'), os.path.join(sys.base_prefix, 'lib')) if d and '.so' in name]
answers = ['%d.%d.%d' % sys.version_info[:3], sys.implementation.name, sys.executable,
           next(filter(os.path.isfile, found), ''), sysconfig.get_path('include'), str(v('Py_GIL_DISABLED') or 0)]
sys.stdout.buffer.write(b''.join(os.fsencode(a) + b'\n' for a in ['pyharness', *answers]))
)";
constexpr std::size_t kAnswers = 7;

// What the child writes to stdout; empty where it cannot be started.
std::string output_of(const std::string& executable) {
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const std::array<const char*, 6> arguments{executable.c_str(), "-I", "-S", "-c", kQuestions, nullptr};
  pid_t child = 0;
  const int error =
      posix_spawn(&child, executable.c_str(), &actions, nullptr, const_cast<char* const*>(arguments.data()), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe[1]);
  std::string output;
  if (error == 0) {
    std::array<char, 4096> piece{};
    ssize_t count = 0;
    while ((count = read(pipe[0], piece.data(), piece.size())) > 0 || (count < 0 && errno == EINTR)) {
      if (count > 0) output.append(piece.data(), static_cast<std::size_t>(count));
    }
    while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  close(pipe[0]);
  return output;
}

std::optional<InterpreterFacts> read_answers(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  if (lines.size() < kAnswers || lines[0] != "pyharness" || lines[1].find('.') == std::string::npos)
    return std::nullopt;
  return InterpreterFacts{lines[1], lines[2], lines[3], lines[4], lines[5], lines[6] != "0"};
}

// What the answer hangs on: the file itself and, for a virtual environment, its pyvenv.cfg.
std::string identity_of(const fs::path& executable) {
  std::string identity = executable.string();
  for (const fs::path& file :
       {executable, executable.parent_path() / "pyvenv.cfg", executable.parent_path().parent_path() / "pyvenv.cfg"}) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0) continue;
    identity += fmt::format("|{}:{}:{}:{}.{}", status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec,
                            status.st_mtim.tv_nsec);
  }
  return identity;
}

fs::path cache_directory() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return fs::path(value == nullptr ? "" : value);
  };
  if (const fs::path cache = variable("XDG_CACHE_HOME"); cache.is_absolute()) return cache / "pyharness";
  if (const fs::path home = variable("HOME"); home.is_absolute()) return home / ".cache" / "pyharness";
  return {};
}

}  // namespace

bool is_script(const std::string& executable) {
  std::ifstream file(executable, std::ios::binary);
  return file.get() == '#' && file.get() == '!';
}

std::optional<InterpreterFacts> ask_interpreter(const std::string& executable) {
  const fs::path cache = is_script(executable) ? fs::path() : cache_directory();
  if (cache.empty()) return read_answers(output_of(executable));

  const std::string identity = identity_of(executable) + "\n";
  const fs::path kept = cache / ("python-" + sha256(identity).substr(0, 16));
  std::error_code error;
  if (fs::is_regular_file(kept, error)) {
    const std::string text = read_file(kept);
    std::optional<InterpreterFacts> facts =
        text.starts_with(identity) ? read_answers(text.substr(identity.size())) : std::nullopt;
    if (facts && (facts->library.empty() || fs::exists(facts->library, error))) return facts;
  }
  const std::string answers = output_of(executable);
  std::optional<InterpreterFacts> facts = read_answers(answers);
  if (!facts) return facts;
  try {
    fs::create_directories(cache, error);
    Output output = Output::open(kept);
    output.write(identity + answers);
    output.commit();
  } catch (const Failure&) {
    // Nowhere to keep it: it is asked again next time.
  }
  return facts;
}

}  // namespace pyharness
