#include "harness/supervise/interpreter.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/supervise/hosts.h"
#include "harness/supervise/interpreter_facts.h"

namespace pyharness {
namespace {

namespace fs = std::filesystem;

// Of the interpreter that the default host embeds; asked at configure time (cmake/python.cmake).
constexpr const char* kDefaultPython = PYHARNESS_PYTHON;
constexpr const char* kDefaultVersion = PYHARNESS_PYTHON_VERSION;

fs::path without_links(const fs::path& path) {
  std::error_code error;
  fs::path real = fs::canonical(path, error);
  return error ? fs::path() : real;
}

bool is_executable(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
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

bool is_default(const std::string& executable) {
  const fs::path base = base_executable(executable);
  return !base.empty() && base == without_links(kDefaultPython);
}

Interpreter built_in(const std::string& executable, const std::string& chosen_by) {
  return {executable, kDefaultVersion, default_host(), "", chosen_by};
}

// Why there is no host for it, and what to do.
std::string no_host(const InterpreterFacts& facts) {
  if (facts.implementation != "cpython") return fmt::format("{}. pyharness runs CPython.", facts.implementation);
  const std::string python = fmt::format("Python {}", facts.version);
  if (facts.free_threaded) return python + " without the interpreter lock. pyharness runs builds that have it.";
  if (facts.debug) return python + " built for debugging. pyharness runs release builds.";
  const std::vector<std::string> series = shared_host_series();
  if (std::find(series.begin(), series.end(), facts.series()) != series.end())
    return fmt::format("{} without a shared library. Use one that was configured with --enable-shared.", python);
  const std::string there_are = fmt::format("{}. There are hosts for {}", python,
                                            series.empty() ? "none" : fmt::format("{}", fmt::join(series, ", ")));
  const bool could_be = facts.version.starts_with("3.1") && std::atoi(facts.version.c_str() + 2) >= 11;
  if (!could_be) return there_are + ".";
  return fmt::format("{}. To build one: cmake -B build -DPYHARNESS_PYTHON_HEADERS={} && cmake --build build", there_are,
                     facts.headers);
}

struct Answer {
  std::optional<Interpreter> interpreter;
  std::string problem;  // where there is none: what it is, as the end of a sentence
};

Answer interpreter_at(const std::string& executable, const std::string& chosen_by) {
  if (is_default(executable)) return {built_in(executable, chosen_by), ""};
  const auto [facts, problem] = ask_interpreter(executable);
  if (!facts) return {std::nullopt, fmt::format("no Python: {}", problem)};
  const std::string real = is_script(executable) ? facts->executable : executable;
  if (real != executable && is_default(real)) return {built_in(real, chosen_by), ""};
  const std::string host = shared_host(facts->series());
  if (facts->implementation != "cpython" || facts->free_threaded || facts->debug || host.empty() ||
      facts->library.empty())
    return {std::nullopt, no_host(*facts)};
  return {Interpreter{real, facts->version, host, facts->library, chosen_by}, ""};
}

Interpreter wanted_interpreter(const std::string& executable, const std::string& chosen_by) {
  if (!is_executable(executable))
    throw Failure(fmt::format("{} ({}) is not an interpreter that can be run.", printable(executable), chosen_by));
  Answer answer = interpreter_at(executable, chosen_by);
  if (!answer.interpreter)
    throw Failure(fmt::format("{} ({}) is {}", printable(executable), chosen_by, answer.problem));
  return *std::move(answer.interpreter);
}

// Where interpreters are usually found: on PATH by their full names, and where pyenv and uv put them.
std::vector<std::string> usual_places(const std::string& series) {
  std::vector<std::string> places{find_on_path("python" + series)};
  const char* home = std::getenv("HOME");
  const char* pyenv = std::getenv("PYENV_ROOT");
  const fs::path home_path = home == nullptr ? "" : home;
  for (const fs::path& directory : {pyenv == nullptr ? home_path / ".pyenv" / "versions" : fs::path(pyenv) / "versions",
                                    home_path / ".local" / "share" / "uv" / "python"}) {
    std::error_code error;
    std::vector<std::string> here;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
      const std::string candidate = entry.path() / "bin" / ("python" + series);
      if (is_executable(candidate)) here.push_back(candidate);
    }
    std::sort(here.begin(), here.end());
    places.insert(places.end(), here.begin(), here.end());
  }
  return places;
}

}  // namespace

Interpreter default_interpreter() { return built_in(kDefaultPython, "the built-in default"); }

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
  if (const std::string first = find_on_path("python3"); !first.empty()) {
    if (Answer answer = interpreter_at(first, "python3 on PATH"); answer.interpreter)
      return *std::move(answer.interpreter);
  }
  if (!is_executable(kDefaultPython))
    throw Failure(fmt::format("{} is not installed. Install it or name another with --python.", kDefaultPython));
  return default_interpreter();
}

std::vector<Interpreter> known_interpreters() {
  std::vector<Interpreter> found{default_interpreter()};
  std::set<fs::path> seen{without_links(kDefaultPython)};
  for (const std::string& series : shared_host_series()) {
    for (const std::string& place : usual_places(series)) {
      if (place.empty() || is_script(place) || !seen.insert(without_links(place)).second) continue;
      if (Answer answer = interpreter_at(place, ""); answer.interpreter)
        found.push_back(*std::move(answer.interpreter));
    }
  }
  return found;
}

}  // namespace pyharness
