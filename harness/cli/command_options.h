#pragma once

// What the commands' options have in common: the sentences, and the options that several take.

#include <CLI/CLI.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/cli/arguments.h"

namespace pyharness {

using Words = std::vector<std::string>;

/// Throws Failure: `app` has no option of the name that `word` begins with.
[[noreturn]] void unknown_option(const CLI::App& app, const std::string& word);

/// Reads words that are all the command's own. CLI11's complaints are thrown as Failure, as our sentences.
void parse_own_words(CLI::App& app, Words words);

/// What --help says of a command, within 80 columns.
std::string help_text(const CLI::App& app);

/// The help text where a command whose words are all its own is asked for it.
std::optional<ShowText> help_asked_for(const CLI::App& app, std::span<const std::string> words);

/// Words of -o as requests. Throws Failure where a format is not known.
std::vector<OutputRequest> read_outputs(const Words& texts);

/// -o, and what the requests for reports are then.
class OutputOptions {
 public:
  explicit OutputOptions(CLI::App& app);
  [[nodiscard]] std::vector<OutputRequest> requests() const { return read_outputs(texts_); }

 private:
  Words texts_;
};

/// How text is to look.
class PresentationOptions {
 public:
  explicit PresentationOptions(CLI::App& app);
  [[nodiscard]] Presentation presentation() const;

 private:
  Presentation presentation_;
  std::string color_ = "auto";
};

/// --color, which every command that writes text has. `into` is "auto", "always" or "never" and outlives the app.
void add_color(CLI::App& app, std::string& into);
Presentation::Color color_named(const std::string& name);

/// The options of a command that renders a recording which is there.
class RenderingOptions {
 public:
  explicit RenderingOptions(CLI::App& app) : app_(app), outputs_(app), presentation_(app) {}
  /// Reads the words into the app's options; the help text instead where that is asked for.
  std::optional<ShowText> parse(std::span<const std::string> words, Rendering& into);

 private:
  CLI::App& app_;
  OutputOptions outputs_;
  PresentationOptions presentation_;
};

/// Throws Failure at an option that the app does not have, with the nearest one that it has.
void check_option_names(const CLI::App& app, std::span<const std::string> words);

// One file for the words of each command, without its name.
Command parse_run(std::span<const std::string> words);
Command parse_report(std::span<const std::string> words);
Command parse_compare(std::span<const std::string> words);
Command parse_snapshot(std::span<const std::string> words);

}  // namespace pyharness
