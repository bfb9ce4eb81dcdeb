#include "reporters/python/python_reporter.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "harness/base/descriptor.h"
#include "harness/base/error.h"
#include "harness/base/nameless_file.h"
#include "harness/base/words.h"
#include "harness/record/json.h"

namespace pyharness {
namespace {

// Its stdin is the recording, its stdout the report: what the function itself prints must not come between.
constexpr const char* kProgram = R"(
import importlib, json, os, sys
with os.fdopen(os.dup(1), "w", encoding="utf-8") as output:
    os.dup2(2, 1)
    recording = json.load(sys.stdin.buffer)
    module, _, names = sys.argv.pop().rpartition(":")
    function = importlib.import_module(module)
    for name in names.split("."):
        function = getattr(function, name)
    function(recording, output)
)";

Descriptor open_file(const char* label) {
  Descriptor file(open_nameless_file(label));
  if (!file) throw Failure(fmt::format("there is no room for it: {}", error_sentence(errno)));
  return file;
}

std::string content_of(const Descriptor& file) {
  std::string bytes;
  std::array<char, 65536> piece{};
  for (;;) {
    const ssize_t count = pread(file.get(), piece.data(), piece.size(), static_cast<off_t>(bytes.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Failure(fmt::format("what it wrote cannot be read: {}", error_sentence(errno)));
    if (count == 0) return bytes;
    bytes.append(piece.data(), static_cast<std::size_t>(count));
  }
}

// Returns the status as waitpid(2) has it. Throws Failure where it cannot be started.
int run(const std::string& python, const std::string& function, const Descriptor& input, const Descriptor& output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.get(), STDOUT_FILENO);
  // We may have signals blocked; nobody else should.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::array<std::string, 4> words{python, "-c", kProgram, function};
  std::array<char*, 5> arguments{words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
  pid_t child = 0;
  const int error = posix_spawnp(&child, arguments[0], &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw Failure(fmt::format("{} cannot be started: {}", printable(python), error_sentence(error)));
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

class PythonReporter final : public Reporter {
 public:
  PythonReporter(std::string function, std::string python)
      : function_(std::move(function)), python_(std::move(python)) {}

  void write(const Recording& recording, Output& output) const override {
    const Descriptor input = open_file("recording");
    const Descriptor report = open_file("report");
    if (const int error = write_all(input.get(), to_json(recording)); error != 0)
      throw Failure(fmt::format("the recording finds no room: {}", error_sentence(error)));
    lseek(input.get(), 0, SEEK_SET);
    // Not the one that the recording names: it may be a stranger's file.
    const int status = run(python_.empty() ? "python3" : python_, function_, input, report);
    if (WIFSIGNALED(status))
      throw Failure(fmt::format("{} was ended by signal {}.", printable(function_), WTERMSIG(status)));
    if (WEXITSTATUS(status) != 0)
      throw Failure(fmt::format("{} failed with status {}.", printable(function_), WEXITSTATUS(status)));
    output.write(content_of(report));
  }

 private:
  std::string function_;
  std::string python_;
};

}  // namespace

std::unique_ptr<Reporter> make_python_reporter(const ReportStyle& style) {
  return std::make_unique<PythonReporter>(style.function, style.python);
}

}  // namespace pyharness
