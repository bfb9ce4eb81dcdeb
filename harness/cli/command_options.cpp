#include "harness/cli/command_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/cli/plan_check.h"
#include "reporters/text/sort_keys.h"

namespace pyharness {
namespace {

Words option_names(const CLI::App& app) {
  Words names{"--help"};
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

constexpr std::size_t kHelpColumns = 80;

/// CLI11's help within 80 columns, with the options' own words for their values alone.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    constexpr std::size_t kIndent = 26;
    std::string value = option->get_type_name();
    // CLI11 says behind a colon what it accepts.
    if (!value.starts_with('[')) value.resize(std::min(value.size(), value.find(':')));
    return list_entry("  " + make_option_name(option, is_positional) + (value.empty() ? "" : " " + value) + " ",
                      kIndent, make_option_desc(option), kHelpColumns);
  }
};

}  // namespace

std::string help_text(const CLI::App& app) {
  std::string text = HelpFormatter().make_help(&app, "", CLI::AppFormatMode::Normal);
  const std::string usage = "Usage: ";
  const std::size_t at = text.find(usage);
  text.insert(at + usage.size(), "pyharness " + app.get_name() + " ");
  return wrapped(text.substr(0, at), kHelpColumns) + text.substr(at);
}

[[noreturn]] void unknown_option(const CLI::App& app, const std::string& word) {
  const Words names = option_names(app);
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string name = word.substr(0, word.find('='));
  throw Failure(fmt::format("there is no option {}.{} See: pyharness {} --help", printable(name),
                            did_you_mean(name, views), app.get_name()));
}

void parse_own_words(CLI::App& app, Words words) {
  try {
    std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    std::string sentence = error.what();
    std::replace(sentence.begin(), sentence.end(), '\n', ' ');
    throw Failure(fmt::format("{}. See: pyharness {} --help", printable(sentence), app.get_name()));
  }
}

std::optional<ShowText> help_asked_for(const CLI::App& app, std::span<const std::string> words) {
  if (std::none_of(words.begin(), words.end(),
                   [](const std::string& word) { return word == "--help" || word == "-h"; }))
    return std::nullopt;
  return ShowText{help_text(app)};
}

void check_option_names(const CLI::App& app, std::span<const std::string> words) {
  for (const std::string& word :
       words.first(static_cast<std::size_t>(std::find(words.begin(), words.end(), "--") - words.begin()))) {
    if (word.starts_with("--") && app.get_option_no_throw(word.substr(0, word.find('='))) == nullptr)
      unknown_option(app, word);
  }
}

OutputOptions::OutputOptions(CLI::App& app) {
  app.add_option("-o,--output", texts_, "Write a report to [FORMAT:]PATH; - is stdout; repeatable")
      ->type_name("[FORMAT:]PATH")
      ->allow_extra_args(false);
}

std::vector<OutputRequest> read_outputs(const Words& texts) {
  std::vector<OutputRequest> outputs;
  for (const std::string& text : texts) outputs.push_back(parse_output(text));
  return outputs;
}

PresentationOptions::PresentationOptions(CLI::App& app) {
  std::string keys;
  for (const SectionSortKeys& section : sections_with_sort_keys()) {
    keys += fmt::format("{}{}: ", keys.empty() ? "" : "; ", section.section);
    for (const SortKey& key : section.keys) keys += fmt::format("{} ", key.word);
    keys.pop_back();
  }
  app.add_option("--sort", presentation_.sort, "Order of the functions, several keys with commas. " + keys)
      ->type_name("KEY");
  app.add_option("--top", presentation_.top, "Show only the first N functions; 0: all")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1'000'000'000}));
  app.add_option("--unit", presentation_.unit, "Unit of times in tables: s, ms, us or ns")
      ->type_name("UNIT")
      ->check(CLI::IsMember({"s", "ms", "us", "ns"}));
  app.add_option("--callers", presentation_.callers,
                 "Show who calls the functions that match this regular expression (profile)")
      ->type_name("PATTERN");
  app.add_option("--callees", presentation_.callees,
                 "Show what the functions that match this regular expression call (profile)")
      ->type_name("PATTERN");
  app.add_flag("--own", presentation_.own,
               "Show each line's own time too, without calls of other watched functions (line)");
  app.add_flag("--corrected", presentation_.corrected, "Show times without what the hooks took too (line)");
  app.add_flag("--skip-zero", presentation_.skip_zero, "Leave out functions that never ran (line)");
  app.add_flag("--summarize", presentation_.summarize, "Close with the time of each function (line)");
  add_color(app, color_);
}

Presentation PresentationOptions::presentation() const {
  Presentation presentation = presentation_;
  presentation.color = color_named(color_);
  return presentation;
}

void add_color(CLI::App& app, std::string& into) {
  app.add_option("--color", into, "auto, always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

Presentation::Color color_named(const std::string& name) {
  return name == "always"  ? Presentation::Color::kAlways
         : name == "never" ? Presentation::Color::kNever
                           : Presentation::Color::kAuto;
}

std::optional<ShowText> RenderingOptions::parse(std::span<const std::string> words, Rendering& into) {
  if (auto help = help_asked_for(app_, words)) return help;
  check_option_names(app_, words);
  parse_own_words(app_, {words.begin(), words.end()});
  into.outputs = outputs_.requests();
  into.presentation = presentation_.presentation();
  return std::nullopt;
}

}  // namespace pyharness
