#pragma once

namespace pyharness {

// How Linux and env(1) find the interpreter of a script. No allocation and no lock: for use between vfork and exec.

/// The first line of a script, as execve(2) reads it.
struct Shebang {
  char interpreter[256];
  char argument[256];  // the rest of the line, one word to the kernel; empty where there is none
};

/// False where `path` is no script, or one that may not be executed.
bool read_shebang(const char* path, Shebang& into) noexcept;

/// env(1), where scripts name it; a program's own one may do anything.
bool is_env(const char* path) noexcept;

/// A word that env(1) takes for the command: no option and no assignment.
bool is_plain_word(const char* word) noexcept;

/// The value of PATH, or what execvp(3) takes where there is none.
const char* path_variable(char* const* environment) noexcept;

/// The file that execvp(3) would execute for `name`. `found` has room for PATH_MAX.
bool find_in_path(const char* name, const char* path, char* found) noexcept;

}  // namespace pyharness
