#include "harness/host/shebang.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <string_view>

namespace pyharness {
namespace {

constexpr std::string_view kBlanks = " \t";

bool may_execute(const char* path) noexcept {
  struct stat status {};
  return stat(path, &status) == 0 && S_ISREG(status.st_mode) && faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
}

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

void copy(std::string_view text, char* into) noexcept {
  into[text.copy(into, text.size())] = '\0';  // of nothing there may be no data()
}

}  // namespace

bool read_shebang(const char* path, Shebang& into) noexcept {
  if (!may_execute(path)) return false;
  const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return false;
  char text[sizeof into.interpreter];
  const ssize_t size = read(descriptor, text, sizeof text);
  close(descriptor);
  std::string_view line(text, size < 0 ? 0 : static_cast<std::size_t>(size));
  const std::size_t end = line.find('\n');
  // What does not end within the kernel's buffer, it may cut: not ours to guess.
  if (!line.starts_with("#!") || end == std::string_view::npos) return false;
  line = trimmed(line.substr(2, end - 2));
  if (line.empty() || line.find('\0') != std::string_view::npos) return false;
  const std::size_t blank = std::min(line.find_first_of(kBlanks), line.size());
  copy(line.substr(0, blank), into.interpreter);
  copy(trimmed(line.substr(blank)), into.argument);
  return true;
}

bool is_env(const char* path) noexcept {
  return (std::strcmp(path, "/usr/bin/env") == 0 || std::strcmp(path, "/bin/env") == 0) && may_execute(path);
}

bool is_plain_word(const char* word) noexcept {
  return word[0] != '\0' && word[0] != '-' && std::strpbrk(word, "= \t") == nullptr;
}

const char* path_variable(char* const* environment) noexcept {
  constexpr std::string_view kName = "PATH=";
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    if (std::strncmp(*environment, kName.data(), kName.size()) == 0) return *environment + kName.size();
  }
  return "/bin:/usr/bin";
}

bool find_in_path(const char* name, const char* path, char* found) noexcept {
  const std::size_t length = std::strlen(name);
  if (length == 0 || length >= PATH_MAX) return false;
  if (std::strchr(name, '/') != nullptr) {
    copy({name, length}, found);
    return may_execute(found);
  }
  while (true) {
    const char* end = strchrnul(path, ':');
    const auto size = static_cast<std::size_t>(end - path);
    if (size + length + 2 <= PATH_MAX) {
      std::memcpy(found, path, size);
      std::size_t used = size;
      if (size != 0) found[used++] = '/';  // an empty entry is the current directory
      copy({name, length}, found + used);
      if (may_execute(found)) return true;
    }
    if (*end == '\0') return false;
    path = end + 1;
  }
}

}  // namespace pyharness
