#include "reporters/text/function_label.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/base/words.h"
#include "reporters/text/text_parts.h"

namespace pyharness {
namespace {

bool is_builtin(const FunctionKey& key) { return key.file == "~" && key.line == 0; }

// As pstats.func_std_string: {built-in method builtins.len} for <built-in method builtins.len>.
std::string builtin_name(const std::string& name) {
  const bool bracketed = name.size() >= 2 && name.front() == '<' && name.back() == '>';
  return bracketed ? "{" + name.substr(1, name.size() - 2) + "}" : name;
}

// Of an installed package or the standard library, from there on: where python lives says nothing.
std::string library_file(const std::string& file) {
  for (const std::string_view directory : {"/site-packages/", "/dist-packages/", "/lib/python3"}) {
    if (const std::size_t at = file.rfind(directory); at != std::string::npos) return printable(file.substr(at + 1));
  }
  return {};
}

std::string shortened_file(const std::string& file, const std::string& root) {
  const std::string library = library_file(file);
  return library.empty() ? short_file(file, root) : library;
}

// What a row shows of a name at the most, in bytes: each is shown with every edge of its function.
constexpr std::size_t kLongest = 2000;

std::string beginning_of(const std::string& name) {
  return name.size() <= kLongest ? printable(name) : printable(name.substr(0, kLongest)) + "...";
}

std::string ending_of(const std::string& file) {
  return file.size() <= kLongest ? file : printable("..." + file.substr(file.size() - kLongest));
}

bool fits(const std::string& text, std::size_t room) { return display_width(text) <= room; }

// The end of `text` in at most `columns`.
std::string end_of(const std::string& text, std::size_t columns) {
  std::size_t begin = text.size() - std::min(text.size(), columns);
  while (begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) ++begin;
  return text.substr(begin);
}

// Where to look for the end of a long text that fits: what is further in front does not fit for certain.
std::size_t far_enough(const std::string& text, std::size_t room) {
  constexpr std::size_t kMostBytes = 4;  // of a character
  return text.size() - std::min(text.size(), kMostBytes * room);
}

std::string fitted(const std::string& file, std::uint32_t line, const std::string& name, std::size_t room) {
  std::string place = fmt::format(":{}({})", line, name);
  if (room == 0 || fits(file + place, room)) return file + place;
  std::size_t slash = file.find('/', std::max<std::size_t>(1, far_enough(file, room)));
  for (; slash != std::string::npos; slash = file.find('/', slash + 1)) {
    if (std::string label = "..." + file.substr(slash) + place; fits(label, room)) return label;
  }
  const std::string base = file.substr(file.rfind('/') + 1);
  if (fits(base + place, room)) return base + place;
  std::size_t dot = name.find('.', far_enough(name, room));
  for (; dot != std::string::npos; dot = name.find('.', dot + 1)) {
    place = fmt::format(":{}(..{})", line, name.substr(dot));
    if (fits(base + place, room)) return base + place;
  }
  constexpr std::size_t kLeastFile = 7;  // columns, with the dots
  if (fits(place, room - std::min(room, kLeastFile)))
    return "..." + end_of(base, room - display_width(place) - 3) + place;
  return clipped(base + place, room);
}

// "{..builtins.len}" where "{built-in method builtins.len}" does not fit: what differs stands at the end.
std::string fitted_builtin(const std::string& name, std::size_t room) {
  if (room == 0 || fits(name, room)) return name;
  constexpr std::string_view kKind = "{built-in method ";
  return clipped(name.starts_with(kKind) ? "{.." + name.substr(kKind.size()) : name, room);
}

}  // namespace

std::string standard_name(const FunctionKey& key) {
  return is_builtin(key) ? builtin_name(key.name) : fmt::format("{}:{}({})", key.file, key.line, key.name);
}

FunctionLabels::FunctionLabels(const CallGraph& graph, const std::string& root) {
  std::map<std::string, std::set<std::string>> meant;
  for (const CallGraph::Function& function : graph.functions) {
    const auto [at, added] = files_.try_emplace(function.key.file);
    if (!added) continue;
    at->second = shortened_file(function.key.file, root);
    meant[at->second].insert(function.key.file);
  }
  for (auto& [file, shown] : files_) {
    shown = ending_of(meant[shown].size() > 1 ? printable(file) : shown);
  }
}

std::string FunctionLabels::label(const FunctionKey& key, std::size_t room) const {
  const std::string name = beginning_of(key.name);
  if (is_builtin(key)) return fitted_builtin(builtin_name(name), room);
  return fitted(files_.at(key.file), key.line, name, room);
}

}  // namespace pyharness
