#include "harness/supervise/brief_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/words.h"

namespace pyharness {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostBytes = std::size_t{64} << 10;

/// A pipe to hear a child through.
class Pipe {
 public:
  Pipe() : error_(pipe2(ends_.data(), O_CLOEXEC) == 0 ? 0 : errno) {}
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    for (int& end : ends_) close_end(end);
  }

  int error() const { return error_; }
  int writing_end() const { return ends_[1]; }
  int reading_end() const { return ends_[0]; }
  void close_writing_end() { close_end(ends_[1]); }
  void close_reading_end() { close_end(ends_[0]); }

 private:
  static void close_end(int& end) {
    if (end >= 0) close(end);
    end = -1;
  }
  std::array<int, 2> ends_{-1, -1};
  int error_;
};

// In a process group of its own, so that all of it can be ended. Returns 0 or the errno.
int spawn(const std::vector<std::string>& command, const BriefStart& start, int output, int errors, pid_t& child) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  // Onto itself: it is not closed at exec then.
  if (start.inherited >= 0) posix_spawn_file_actions_adddup2(&actions, start.inherited, start.inherited);
  if (start.directory != nullptr) posix_spawn_file_actions_addchdir_np(&actions, start.directory);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const int error = posix_spawn(&child, start.executable.empty() ? words[0] : start.executable.c_str(), &actions,
                                &attributes, words.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

// False at the end of the stream.
bool read_more(int descriptor, std::string& into) {
  std::array<char, 4096> piece{};
  const ssize_t count = read(descriptor, piece.data(), piece.size());
  if (count > 0) into.append(piece.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && errno == EINTR);
}

void listen(Pipe& output, Pipe& errors, Clock::time_point deadline, BriefAnswer& answer) {
  while (output.reading_end() >= 0 || errors.reading_end() >= 0) {
    // Rounded up: the last millisecond is waited for, not spun away.
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    // poll() passes over a closed one, which is negative.
    std::array<pollfd, 2> ready{{{output.reading_end(), POLLIN, 0}, {errors.reading_end(), POLLIN, 0}}};
    if (left <= 0 || (poll(ready.data(), ready.size(), static_cast<int>(left)) < 0 && errno != EINTR)) {
      answer.in_time = false;
      return;
    }
    if (ready[0].revents != 0 && !read_more(output.reading_end(), answer.output)) output.close_reading_end();
    if (ready[1].revents != 0 && !read_more(errors.reading_end(), answer.errors)) errors.close_reading_end();
    if (std::max(answer.output.size(), answer.errors.size()) > kMostBytes) return;
  }
}

// The first line that says something, fit for a sentence.
std::string first_line(const std::string& text) {
  constexpr std::size_t kLongest = 300;
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  std::string line = text.substr(begin, text.find_first_of("\r\n", begin) - begin);
  if (line.size() > kLongest) line = line.substr(0, kLongest) + "...";
  return printable(valid_utf8(line));
}

}  // namespace

BriefAnswer answer_of(const std::vector<std::string>& command, std::chrono::milliseconds patience,
                      const BriefStart& start) {
  BriefAnswer answer;
  const Clock::time_point deadline = Clock::now() + patience;
  Pipe output;
  Pipe errors;
  answer.start_error = output.error() != 0 ? output.error() : errors.error();
  pid_t child = 0;
  if (answer.start_error == 0)
    answer.start_error = spawn(command, start, output.writing_end(), errors.writing_end(), child);
  if (answer.start_error != 0) return answer;
  output.close_writing_end();
  errors.close_writing_end();
  listen(output, errors, deadline, answer);
  kill(-child, SIGKILL);
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  answer.output.resize(std::min(answer.output.size(), kMostBytes));
  answer.errors.resize(std::min(answer.errors.size(), kMostBytes));
  return answer;
}

std::string why_silent(const BriefAnswer& answer, std::chrono::seconds patience) {
  if (answer.start_error != 0) return fmt::format("it cannot be started: {}", error_sentence(answer.start_error));
  if (!answer.in_time) return fmt::format("it did not answer within {} s.", patience.count());
  if (const std::string line = first_line(answer.errors); !line.empty()) return fmt::format("it says '{}'.", line);
  return "it does not answer.";
}

}  // namespace pyharness
