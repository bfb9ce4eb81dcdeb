#include "profilers/watch.h"

#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace pyharness {
namespace {

namespace fs = std::filesystem;

bool glob_match(const std::string& pattern, const std::string& text) {
  return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

bool is_inside(const std::string& file, const std::string& directory) {
  if (directory == "/") return true;
  return file.size() > directory.size() && file.starts_with(directory) && file[directory.size()] == '/';
}

// Installed packages and virtual environments below a root are not the user's own code. `root` itself may be one:
// somebody who makes a virtual environment right in the project's directory still means the project.
bool is_installed(const std::string& file, const std::string& root) {
  fs::path directory = root;
  const fs::path below = fs::path(file).lexically_relative(root).parent_path();
  std::error_code ignored;
  for (const fs::path& part : below) {
    if (part == ".") continue;
    if (part == "site-packages" || part == "dist-packages") return true;
    directory /= part;
    if (fs::exists(directory / "pyvenv.cfg", ignored)) return true;
  }
  return false;
}

// The program's main module goes by the name of its file too: shop.py is `shop`, shop/__main__.py `shop.__main__`.
bool is_module(const std::string& pattern, const WatchFilter::Question& question) {
  if (glob_match(pattern, question.module)) return true;
  if (question.module != "__main__" || is_generated_label(question.file)) return false;
  const fs::path file = question.file;
  const std::string stem = file.stem();
  return glob_match(pattern, stem == "__main__" ? file.parent_path().filename().string() + ".__main__" : stem);
}

}  // namespace

WatchFilter::WatchFilter(WatchPlan plan, WatchSurroundings surroundings, WatchDefault otherwise)
    : plan_(std::move(plan)), surroundings_(std::move(surroundings)), otherwise_(otherwise) {
  for (const std::string& text : plan_.only) only_.push_back(parse(text));
  for (const std::string& text : plan_.exclude) exclude_.push_back(parse(text));
}

// file glob, module, qualified name (pkg.mod:Class.method), or @profile
WatchFilter::Pattern WatchFilter::parse(const std::string& text) {
  if (text == "@profile") return {PatternKind::kMarked, "", ""};
  if (const std::size_t colon = text.find(':'); colon != std::string::npos) {
    return {PatternKind::kName, colon == 0 ? "*" : text.substr(0, colon), text.substr(colon + 1)};
  }
  if (text.find('/') != std::string::npos || text.ends_with(".py")) {
    // A path is meant from where the program starts, wherever it goes.
    return {PatternKind::kFile, "", text.find('/') == std::string::npos ? text : canonical(text)};
  }
  return {PatternKind::kModule, text, ""};
}

bool WatchFilter::matches(const Pattern& pattern, const Question& question) {
  switch (pattern.kind) {
    case PatternKind::kMarked:
      return question.marked;
    case PatternKind::kModule:
      return is_module(pattern.module, question) || is_module(pattern.module + ".*", question);
    case PatternKind::kName:
      return is_module(pattern.module, question) && glob_match(pattern.text, question.qualified_name);
    case PatternKind::kFile: {
      const std::string& file = canonical(question.file);
      if (pattern.text.find('/') == std::string::npos) return glob_match(pattern.text, fs::path(file).filename());
      return file == pattern.text || glob_match(pattern.text, file) || is_inside(file, pattern.text);
    }
  }
  return false;
}

bool WatchFilter::watches(const Question& question) {
  const auto hit = [&](const Pattern& pattern) { return matches(pattern, question); };
  if (std::any_of(exclude_.begin(), exclude_.end(), hit)) return false;
  if (!only_.empty()) return std::any_of(only_.begin(), only_.end(), hit);
  return otherwise_ == WatchDefault::kEverything || question.marked || is_own(question);
}

bool WatchFilter::is_own(const Question& question) {
  if (is_generated_label(question.file)) {
    if (question.file.starts_with("<frozen ")) return false;
    return question.caller_watched || (question.outermost && plan_.commands);
  }
  return is_own_file(canonical(question.file));
}

bool WatchFilter::is_own_file(const std::string& file) {
  if (const auto known = own_files_.find(file); known != own_files_.end()) return known->second;
  const auto holds = [&](const std::string& directory) { return is_inside(file, directory); };
  bool own = false;
  if (std::any_of(surroundings_.editable.begin(), surroundings_.editable.end(), holds)) {
    own = true;
  } else if (std::none_of(surroundings_.standard_library.begin(), surroundings_.standard_library.end(), holds)) {
    own = std::any_of(plan_.roots.begin(), plan_.roots.end(), [&](const std::string& root) {
      return file == root || (is_inside(file, root) && !is_installed(file, root));
    });
  }
  own_files_.emplace(file, own);
  return own;
}

const std::string& WatchFilter::canonical(const std::string& file) {
  if (const auto known = canonical_.find(file); known != canonical_.end()) return known->second;
  std::error_code error;
  std::string result = file;
  if (!is_generated_label(file)) {
    // Weakly: the part that exists. A pattern, a deleted file and a file in a zip archive do not.
    const fs::path path = fs::weakly_canonical(file, error);
    result = error ? fs::absolute(file, error).lexically_normal().string() : path.string();
  }
  return canonical_.emplace(file, std::move(result)).first->second;
}

}  // namespace pyharness
