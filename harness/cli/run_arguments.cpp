#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/cli/command_options.h"
#include "harness/cli/plan_check.h"
#include "harness/cli/target_words.h"
#include "profilers/profiler.h"

namespace pyharness {
namespace {

/// An option out of a profiler's own table, with what was given for it.
struct ProfilerOption {
  const OptionInfo* info = nullptr;
  std::string value;
  CLI::Option* parsed = nullptr;
};

/// What the words are read into, before they become a plan.
struct RawRun {
  Words modes;
  Words only;
  Words exclude;
  Words timed;
  std::string python;
  std::string keep;
  Words python_options;
  Words engines;
  std::vector<ProfilerOption> options;
  bool quiet = false;
  bool start_paused = false;
  bool no_follow = false;
  bool no_source = false;
  unsigned repeat = 1;
  unsigned warmup = 0;
  std::string until;
  std::string isolate = "process";
  std::string against;
  std::string against_python;
  Words against_outputs;
  bool verify = false;
};

void add_run_options(CLI::App& app, RawRun& raw) {
  app.add_option("--mode", raw.modes, "What to record: a comma list of profilers (see `pyharness list`), or none")
      ->type_name("LIST")
      ->allow_extra_args(false);
  app.add_flag("-q,--quiet", raw.quiet, "No text report on stderr");
  app.add_option("--python", raw.python, "Which interpreter runs the program")->type_name("PATH");
  app.add_option("--only", raw.only, "Watch only this code: file glob, module, module:function or @profile; repeatable")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  app.add_option("--exclude", raw.exclude, "Do not watch this code; repeatable")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  app.add_option("--time", raw.timed, "Time each call of these functions: patterns as --only's; repeatable")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  app.add_option("--repeat", raw.repeat, "Run the program N times, each in a fresh process")
      ->type_name("N")
      ->check(CLI::Range(1U, 1'000'000U));
  app.add_option("--warmup", raw.warmup, "Runs before those, not counted")
      ->type_name("N")
      ->check(CLI::Range(0U, 1'000'000U));
  app.add_option("--until", raw.until, "Stop as soon as the median is known to within so much, as 1%")
      ->type_name("PERCENT");
  app.add_option("--isolate", raw.isolate,
                 "Repeat in a fresh process, or in a fork of one that has done the leading imports")
      ->type_name("HOW")
      ->check(CLI::IsMember({"process", "fork"}));
  app.add_option("--against", raw.against, "Run in turns with this script (module, code), and compare")
      ->type_name("SCRIPT");
  app.add_option("--against-python", raw.against_python, "Run in turns with this interpreter, and compare")
      ->type_name("PATH");
  app.add_option("--against-output", raw.against_outputs, "Write a report of the other one; repeatable")
      ->type_name("[FORMAT:]PATH")
      ->allow_extra_args(false);
  app.add_flag("--verify", raw.verify, "Run the program once more, without hooks, and say how long it took then");
  app.add_option("--python-option", raw.python_options,
                 "Options for the interpreter, split as a shell would; repeatable")
      ->type_name("WORDS")
      ->allow_extra_args(false);
  app.add_flag("--no-follow", raw.no_follow, "Leave the program's child pythons alone");
  app.add_option("--keep", raw.keep, "Keep the live data in a file, for `pyharness report` after both were killed")
      ->type_name("PATH");
  app.add_flag("--no-source", raw.no_source, "Keep source text out of the recording");
  app.add_flag("--start-paused", raw.start_paused, "Book nothing until pyharness.resume()");
}

void add_profiler_options(CLI::App& app, RawRun& raw) {
  app.add_option("--engine", raw.engines, "By which mechanism a mode works (see `pyharness list`); repeatable")
      ->type_name("MODE=NAME")
      ->allow_extra_args(false);
  for (const ProfilerInfo& profiler : all_profilers()) {
    for (const OptionInfo& option : profiler.options) {
      const auto same = [&](const ProfilerOption& known) { return known.info->name == option.name; };
      if (std::none_of(raw.options.begin(), raw.options.end(), same)) raw.options.push_back({&option, "", nullptr});
    }
  }
  for (ProfilerOption& option : raw.options) {
    const std::string name = "--" + std::string(option.info->name);
    const std::string help(option.info->help);
    option.parsed = option.info->value.empty()
                        ? app.add_flag(name, help)
                        : app.add_option(name, option.value, help)->type_name(std::string(option.info->value));
  }
}

bool takes_no_value(const CLI::App& app, const std::string& name) {
  const CLI::Option* option = app.get_option_no_throw(name);
  return option != nullptr && option->get_items_expected_min() == 0;
}

// How many words belong to us from the front: options with their values, up to the target. CLI11 knows which take a
// value.
std::size_t count_ours(const CLI::App& app, std::span<const std::string> words) {
  std::size_t i = 0;
  while (i < words.size()) {
    const std::string& word = words[i];
    if (word == "--" || word == "-" || !word.starts_with('-') || word.starts_with("-m") || word.starts_with("-c"))
      break;
    if (word == "--help" || word == "-h") return i + 1;
    const bool is_long = word.starts_with("--");
    const std::size_t equals = word.find('=');
    // Of short ones that stand together, as -qo, only the last may take a value.
    std::size_t last = 1;
    while (!is_long && last + 1 < word.size() && takes_no_value(app, std::string{'-', word[last]})) ++last;
    const CLI::Option* option =
        app.get_option_no_throw(is_long ? word.substr(0, equals) : std::string{'-', word[last]});
    if (option == nullptr) unknown_option(app, word);
    const bool takes_value = option->get_items_expected_min() > 0;
    if (!takes_value && is_long && equals != std::string::npos) {
      throw Failure(fmt::format("{} takes no value.", printable(word.substr(0, equals))));
    }
    const bool value_inside = is_long ? equals != std::string::npos : word.size() > last + 1;
    if (takes_value && !value_inside && i + 1 >= words.size())
      throw Failure(fmt::format("{} needs a value. See: pyharness {} --help", word, app.get_name()));
    i += takes_value && !value_inside ? 2 : 1;
  }
  return i;
}

// "1%" as a share.
double read_percent(const std::string& text, std::string_view option) {
  std::size_t end = 0;
  double percent = 0;
  try {
    percent = std::stod(text, &end);
  } catch (const std::exception&) {
    end = 0;
  }
  if (end == 0 || text.substr(end) != "%" || !(percent > 0 && percent < 100))
    throw Failure(fmt::format("{} takes a percentage between 0% and 100%, as 1%, not '{}'.", option, printable(text)));
  return percent / 100;
}

void read_repetitions(const RawRun& raw, const CLI::App& app, RunPlan& plan) {
  constexpr unsigned kOfComparison = 10;  // as few as tell noise from difference, where nobody says how many
  constexpr unsigned kOfSearch = 100;
  plan.repeat = raw.repeat;
  plan.forks = raw.isolate == "fork";
  if (!raw.until.empty()) plan.until = read_percent(raw.until, "--until");
  if (!raw.against.empty() || !raw.against_python.empty())
    plan.against = Against{raw.against, raw.against_python, read_outputs(raw.against_outputs)};
  if (!plan.against && !raw.against_outputs.empty())
    throw Failure("--against-output does nothing without --against or --against-python.");
  if (app.get_option("--repeat")->count() != 0) return;
  if (plan.against) plan.repeat = kOfComparison;
  if (plan.until > 0) plan.repeat = kOfSearch;
}

}  // namespace

Command parse_run(std::span<const std::string> words) {
  CLI::App app("Run a Python program under the profilers.", "run");
  RawRun raw;
  const OutputOptions outputs(app);
  add_run_options(app, raw);
  const PresentationOptions presentation(app);
  add_profiler_options(app, raw);
  const std::size_t count = count_ours(app, words);
  Words ours(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
  if (!ours.empty() && (ours.back() == "--help" || ours.back() == "-h")) {
    std::string text = help_text(app);
    const std::size_t usage = text.find("Usage: ");
    if (usage != std::string::npos)
      text.replace(usage, text.find('\n', usage) - usage,
                   "Usage: pyharness run [options] SCRIPT|-m MODULE|-c CODE|- [arguments]\n"
                   "After a SCRIPT, --mode= --output= --only= --exclude= --repeat= --quiet are still\n"
                   "pyharness's, up to the first other word or --. All else is the program's.");
    return ShowText{text};
  }
  RunCommand command;
  RunPlan& plan = command.plan;
  TargetWords target = read_target(words.subspan(count),
                                   [&](const std::string& name) { return app.get_option_no_throw(name) != nullptr; });
  plan.target = std::move(target.target);
  command.hint = std::move(target.hint);
  ours.insert(ours.end(), target.ours.begin(), target.ours.end());
  parse_own_words(app, std::move(ours));
  plan.modes = parse_modes(raw.modes);
  plan.outputs = outputs.requests();
  plan.python = raw.python;
  plan.keep = raw.keep;
  if (plan.keep.empty() && app.get_option("--keep")->count() != 0) throw Failure("--keep names no file.");
  for (const std::string& text : raw.python_options) {
    const Words split = split_like_shell(text);
    plan.python_options.insert(plan.python_options.end(), split.begin(), split.end());
  }
  plan.only = raw.only;
  plan.exclude = raw.exclude;
  plan.timed = raw.timed;
  plan.presentation = presentation.presentation();
  for (const std::string& text : raw.engines) {
    const auto [mode, engine] = parse_engine(text);
    plan.engines[mode] = engine;
  }
  for (const ProfilerOption& option : raw.options) {
    if (option.parsed->count() != 0) plan.options.emplace(option.info->name, option.value);
  }
  plan.quiet = raw.quiet;
  plan.start_paused = raw.start_paused;
  plan.follow = !raw.no_follow;
  plan.keep_source = !raw.no_source;
  read_repetitions(raw, app, plan);
  plan.warmup = raw.warmup;
  plan.verify = raw.verify;
  check_plan(plan);
  return command;
}

}  // namespace pyharness
