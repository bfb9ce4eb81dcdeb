#include "harness/cli/target_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "harness/base/error.h"
#include "harness/base/words.h"

namespace pyharness {
namespace {

// What `run` takes after the script; frozen, so that a new option never steals a program's.
constexpr std::string_view kAfterScript[] = {"--mode", "--output", "--only", "--exclude", "--repeat", "--quiet"};

bool is_ours_after_script(const std::string& word) {
  if (word == "--quiet") return true;
  const std::string name = word.substr(0, word.find('='));
  return word.size() > name.size() && name != "--quiet" &&
         std::find(std::begin(kAfterScript), std::end(kAfterScript), name) != std::end(kAfterScript);
}

// "--mod=line" or "--mode line" after the script goes to the program, as it must; but it may not be what was meant.
std::string hint_for(const std::string& word) {
  if (!word.starts_with("--") || word == "--") return {};
  const std::string name = word.substr(0, word.find('='));
  const std::string nearest = nearest_word(name, kAfterScript);
  if (nearest.empty()) return {};
  // A longer word (--model) or another of the same length (--node) is more likely the program's own.
  const bool near = name == nearest || name == nearest + 's' || name.size() < nearest.size() ||
                    std::is_permutation(name.begin(), name.end(), nearest.begin(), nearest.end());
  return near ? fmt::format("{} goes to the program. For pyharness write {}{}.", printable(word), nearest,
                            nearest == "--quiet" ? "" : "=VALUE")
              : std::string();
}

// Who has written one of ours after the script and then another that is only ours before it, meant it for us.
std::string hint_for_option(const IsOption& is_option, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  const bool known = word.starts_with('-') && is_option(name) &&
                     std::find(std::begin(kAfterScript), std::end(kAfterScript), name) == std::end(kAfterScript);
  return known ? fmt::format("{} goes to the program. For pyharness write it before the script.", printable(word))
               : std::string();
}

}  // namespace

TargetWords read_target(std::span<const std::string> rest, const IsOption& is_option) {
  TargetWords words;
  Target& target = words.target;
  if (!rest.empty() && rest[0] == "--") rest = rest.subspan(1);
  if (rest.empty()) throw Failure("nothing to run. Use: pyharness run SCRIPT (or -m MODULE, -c CODE, -).");
  const std::string& first = rest[0];
  const bool module = first.starts_with("-m");
  if (module || first.starts_with("-c")) {
    target.kind = module ? Target::Kind::kModule : Target::Kind::kCommand;
    const bool joined = first.size() > 2;
    if (!joined && rest.size() < 2) throw Failure(fmt::format("{} needs {}.", first, module ? "a module" : "code"));
    target.value = joined ? first.substr(2) : rest[1];
    rest = rest.subspan(joined ? 1 : 2);
    target.arguments.assign(rest.begin(), rest.end());
    return words;
  }
  target.kind = first == "-" ? Target::Kind::kStdin : Target::Kind::kScript;
  target.value = first;
  rest = rest.subspan(1);
  while (!rest.empty() && is_ours_after_script(rest[0])) {
    words.ours.push_back(rest[0]);
    rest = rest.subspan(1);
  }
  if (!rest.empty()) {
    if (rest[0] == "--") {
      rest = rest.subspan(1);
    } else {
      words.hint = words.ours.empty() ? "" : hint_for_option(is_option, rest[0]);
      if (words.hint.empty()) words.hint = hint_for(rest[0]);
    }
  }
  target.arguments.assign(rest.begin(), rest.end());
  return words;
}

}  // namespace pyharness
