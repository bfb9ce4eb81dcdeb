#include "harness/cli/timeit_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/cli/command_options.h"
#include "harness/cli/plan_check.h"

namespace pyharness {
namespace {

constexpr std::string_view kHelp = R"(Usage: pyharness timeit [options] [STMT ...]
Times a statement as `python -m timeit` does, with the same options and the same
first line. Several STMT are lines of one statement; without one it is 'pass'.

As python has them:
  -n, --number N      how often a repeat runs the statement; without it, as
                      often as takes 0.2 s: 1, 2, 5, 10, 20, 50 ... times
  -r, --repeat N      how many repeats (5; with --versus 10)
  -s, --setup S       runs once before each repeat and is not timed; repeatable
  -p, --process       time on the processor, not on the wall
  -u, --unit UNIT     nsec, usec, msec or sec
  -v, --verbose       each repeat too; again: one more digit
  -h, --help

Beyond python:
  --versus STMT       another statement, timed in turns with the first, repeat
                      by repeat, so that noise hits both; repeatable
  --processes N       N fresh processes, with -r repeats in each: what is fixed
                      for a process (layout of memory, hash seed) differs too
  -o, --output [FORMAT:]PATH
                      json, csv, markdown, pyperf, text; - is stdout; repeatable
  -q, --quiet         no text on stdout
  --python PATH       which interpreter
  --python-option W   options for it, split as a shell would; repeatable
  --color WHEN        auto, always or never

The second line is without the loop: as many empty loops are timed in between.
)";

enum class Id {
  kNumber,
  kRepeat,
  kSetup,
  kProcess,
  kUnit,
  kObsolete,
  kVerbose,
  kHelp,
  kVersus,
  kProcesses,
  kOutput,
  kQuiet,
  kPython,
  kPythonOption,
  kColor
};

struct Flag {
  std::string_view name;
  Id id;
  char letter;  // '\0': none
  bool takes_value;
  bool pythons;  // of `python -m timeit`
};

constexpr Flag kFlags[] = {
    {"number", Id::kNumber, 'n', true, true},
    {"repeat", Id::kRepeat, 'r', true, true},
    {"setup", Id::kSetup, 's', true, true},
    {"process", Id::kProcess, 'p', false, true},
    {"unit", Id::kUnit, 'u', true, true},
    // Taken up to 3.12, without effect since 3.3.
    {"time", Id::kObsolete, 't', false, true},
    {"clock", Id::kObsolete, 'c', false, true},
    {"verbose", Id::kVerbose, 'v', false, true},
    {"help", Id::kHelp, 'h', false, true},
    {"versus", Id::kVersus, '\0', true, false},
    {"processes", Id::kProcesses, '\0', true, false},
    {"output", Id::kOutput, 'o', true, false},
    {"quiet", Id::kQuiet, 'q', false, false},
    {"python", Id::kPython, '\0', true, false},
    {"python-option", Id::kPythonOption, '\0', true, false},
    {"color", Id::kColor, '\0', true, false},
};

const Flag* flag_of_letter(char letter) {
  const auto found =
      std::find_if(std::begin(kFlags), std::end(kFlags), [&](const Flag& f) { return f.letter == letter; });
  return found == std::end(kFlags) ? nullptr : found;
}

// The whole name, or what begins one of python's without doubt.
const Flag* flag_named(std::string_view name) {
  const Flag* begun = nullptr;
  for (const Flag& flag : kFlags) {
    if (flag.name == name) return &flag;
    if (!flag.pythons || name.empty() || !flag.name.starts_with(name)) continue;
    if (begun != nullptr) return nullptr;
    begun = &flag;
  }
  return begun;
}

[[noreturn]] void unknown(std::string_view word) {
  const std::string name(word.substr(0, word.find('=')));
  Words names;
  for (const Flag& flag : kFlags) names.push_back("--" + std::string(flag.name));
  const std::vector<std::string_view> views(names.begin(), names.end());
  throw Failure(
      fmt::format("there is no option {}.{} See: pyharness timeit --help", printable(name), did_you_mean(name, views)));
}

/// An option as it was given, and the value for those that take one.
struct Given {
  const Flag* flag;
  std::string value;
};

// As python's int() reads it, in short.
std::int64_t number_of(const Given& given, std::int64_t least) {
  std::string digits = given.value;
  digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
  std::int64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || number < least)
    throw Failure(
        fmt::format("--{} takes a whole number{}, not '{}'.", given.flag->name,
                    least == std::numeric_limits<std::int64_t>::min() ? "" : fmt::format(" from {} on", least),
                    printable(given.value)));
  return number;
}

// python's names of units, and ours.
std::string unit_of(const std::string& name) {
  constexpr std::pair<std::string_view, std::string_view> kUnits[] = {
      {"nsec", "ns"}, {"usec", "us"}, {"msec", "ms"}, {"sec", "s"}};
  for (const auto& [pythons, ours] : kUnits) {
    if (name == pythons || name == ours) return std::string(ours);
  }
  throw Failure(fmt::format("there is no unit '{}'. Use nsec, usec, msec or sec.", printable(name)));
}

Presentation::Color color_of(const std::string& name) {
  if (name != "auto" && name != "always" && name != "never")
    throw Failure(fmt::format("--color takes auto, always or never, not '{}'.", printable(name)));
  return color_named(name);
}

class Parser {
 public:
  explicit Parser(std::span<const std::string> words) : words_(words) {}

  Command parse() {
    while (at_ < words_.size() && is_option(words_[at_]) && !help_) take_options();
    if (help_) return ShowText{std::string(kHelp)};
    if (at_ < words_.size() && words_[at_] == "--") {
      ++at_;
    } else {
      take_ours_behind();
      if (help_) return ShowText{std::string(kHelp)};
    }
    for (; at_ < words_.size(); ++at_) lines_.push_back(words_[at_]);
    return finished();
  }

 private:
  static bool is_option(const std::string& word) { return word.size() > 1 && word[0] == '-' && word != "--"; }

  // The word at hand, and the next one where that is its value. python's are kept as they were given.
  void take_options() {
    const std::size_t first = at_;
    const std::string& word = words_[at_++];
    const bool pythons = word.starts_with("--") ? take_long(word.substr(2)) : take_letters(word);
    if (pythons) command_.plan.words.insert(command_.plan.words.end(), words_.begin() + first, words_.begin() + at_);
  }

  bool take_long(const std::string& text) {
    const std::size_t equals = text.find('=');
    const Flag* flag = flag_named(std::string_view(text).substr(0, equals));
    if (flag == nullptr) unknown("--" + text);
    if (!flag->takes_value && equals != std::string::npos)
      throw Failure(fmt::format("--{} takes no value.", flag->name));
    apply({flag, !flag->takes_value ? "" : equals != std::string::npos ? text.substr(equals + 1) : next_value(*flag)});
    return flag->pythons;
  }

  bool take_letters(const std::string& word) {
    bool pythons = false;
    for (std::size_t i = 1; i < word.size(); ++i) {
      const Flag* flag = flag_of_letter(word[i]);
      if (flag == nullptr) unknown(std::string{'-', word[i]});
      pythons = pythons || flag->pythons;
      if (flag->takes_value) {
        apply({flag, i + 1 < word.size() ? word.substr(i + 1) : next_value(*flag)});
        break;
      }
      apply({flag, ""});
    }
    return pythons;
  }

  std::string next_value(const Flag& flag) {
    if (at_ == words_.size()) throw Failure(fmt::format("--{} needs a value. See: pyharness timeit --help", flag.name));
    return words_[at_++];
  }

  // `timeit A --versus B` is how people say it. Nobody means these as lines of Python.
  void take_ours_behind() {
    while (at_ < words_.size() && words_[at_] != "--") {
      const std::string& word = words_[at_];
      const bool letter = word == "-o" || word == "-q";
      const Flag* flag = letter                   ? flag_of_letter(word[1])
                         : word.starts_with("--") ? flag_named(std::string_view(word).substr(2, word.find('=') - 2))
                                                  : nullptr;
      const bool whole = flag != nullptr && (letter || word.substr(2, word.find('=') - 2) == flag->name);
      if (whole && !flag->pythons) {
        take_options();
        continue;
      }
      if (is_option(word) && (whole || (word.size() == 2 && flag_of_letter(word[1]) != nullptr)))
        if (command_.hint.empty())
          command_.hint = fmt::format(
              "'{}' behind the statement is a line of it, as python has it. Options come first.", printable(word));
      lines_.push_back(word);
      ++at_;
    }
    if (at_ < words_.size()) ++at_;
  }

  void apply(const Given& given) {
    TimeitPlan& plan = command_.plan;
    constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t kMostRepeats = 1'000'000;
    switch (given.flag->id) {
      case Id::kNumber:
        plan.loops = static_cast<std::uint64_t>(number_of(given, 0));
        break;
      case Id::kRepeat:
        repeats_ = static_cast<unsigned>(std::clamp<std::int64_t>(number_of(given, kAny), 1, kMostRepeats));
        break;
      case Id::kSetup:
        setup_.push_back(given.value);
        break;
      case Id::kProcess:
        plan.clock = TimeitStatements::Clock::kCpu;
        break;
      case Id::kUnit:
        plan.presentation.unit = unit_of(given.value);
        break;
      case Id::kObsolete:
        command_.hint = fmt::format("--{} does nothing, as in Python since 3.3. The clock is the wall's, or --process.",
                                    given.flag->name);
        break;
      case Id::kVerbose:
        ++plan.presentation.verbose;
        break;
      case Id::kHelp:
        help_ = true;
        break;
      case Id::kVersus:
        versus_.push_back(given.value);
        break;
      case Id::kProcesses:
        plan.processes = static_cast<unsigned>(std::min(number_of(given, 1), kMostRepeats));
        break;
      case Id::kOutput:
        plan.outputs.push_back(parse_output(given.value));
        break;
      case Id::kQuiet:
        plan.quiet = true;
        break;
      case Id::kPython:
        plan.python = given.value;
        break;
      case Id::kPythonOption: {
        const Words split = split_like_shell(given.value);
        plan.python_options.insert(plan.python_options.end(), split.begin(), split.end());
        break;
      }
      case Id::kColor:
        plan.presentation.color = color_of(given.value);
        break;
    }
  }

  Command finished() {
    constexpr unsigned kRepeatsCompared = 10;  // with fewer than six there is no interval
    TimeitPlan& plan = command_.plan;
    plan.words.insert(plan.words.end(), lines_.begin(), lines_.end());
    const auto joined = [](const Words& lines) {
      const std::string text = fmt::format("{}", fmt::join(lines, "\n"));
      return text.empty() ? std::string("pass") : text;
    };
    plan.statements = {joined(lines_)};
    plan.statements.insert(plan.statements.end(), versus_.begin(), versus_.end());
    plan.setup = joined(setup_);
    plan.repeats = repeats_.value_or(versus_.empty() ? plan.repeats : kRepeatsCompared);
    const std::string sections[] = {"timeit"};
    check_reports(plan.outputs, plan.presentation, sections);
    check_places(plan.outputs);
    return std::move(command_);
  }

  std::span<const std::string> words_;
  std::size_t at_ = 0;
  TimeitCommand command_;
  Words lines_;  // of the statement
  Words setup_;
  Words versus_;
  std::optional<unsigned> repeats_;
  bool help_ = false;
};

}  // namespace

Command parse_timeit(std::span<const std::string> words) { return Parser(words).parse(); }

}  // namespace pyharness
