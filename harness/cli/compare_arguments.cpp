#include "harness/base/error.h"
#include "harness/cli/command_options.h"
#include "harness/cli/output_words.h"

namespace pyharness {

Command parse_compare(std::span<const std::string> words) {
  CLI::App app("What changed between two recordings: what got worse, what got better, and whether it is noise.",
               "compare");
  CompareCommand command;
  Words positional;
  Words base;
  Words head;
  Words gates;
  Words outputs;
  std::string color = "auto";
  app.add_option("recordings", positional, "The recordings before and after: BASE HEAD")->type_name("RECORDING");
  app.add_option("--fail-if", gates,
                 "Exit with status 1 if this is so, as 'profile.calls>+0' or 'timer.min>+5%'; repeatable")
      ->type_name("EXPR")
      ->allow_extra_args(false);
  app.add_option("--base", base, "One more recording of BASE, for more runs of it; repeatable")
      ->type_name("RECORDING")
      ->allow_extra_args(false);
  app.add_option("--head", head, "One more recording of HEAD; repeatable")
      ->type_name("RECORDING")
      ->allow_extra_args(false);
  app.add_option("-o,--output", outputs, "Write the comparison to [FORMAT:]PATH; - is stdout; repeatable")
      ->type_name("[FORMAT:]PATH")
      ->allow_extra_args(false);
  app.add_flag("-q,--quiet", command.quiet, "No text beside what -o writes");
  app.add_option("--top", command.presentation.top, "Show only the first N of what got worse, and better; 0: all")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1'000'000'000}));
  add_color(app, color);
  if (const auto help = help_asked_for(app, words)) return *help;
  check_option_names(app, words);
  parse_own_words(app, {words.begin(), words.end()});
  if (positional.size() > 2)
    throw Failure("compare takes two recordings. Name more of a side with --base FILE and --head FILE.");
  if (positional.size() == 1) throw Failure("compare takes two recordings. Use: pyharness compare BASE.json HEAD.json");
  if (!positional.empty()) {
    command.base.push_back(positional[0]);
    command.head.push_back(positional[1]);
  }
  command.base.insert(command.base.end(), base.begin(), base.end());
  command.head.insert(command.head.end(), head.begin(), head.end());
  if (command.base.empty() || command.head.empty())
    throw Failure("there is nothing to compare. Use: pyharness compare BASE.json HEAD.json");
  for (const std::string& gate : gates) command.gates.push_back(parse_gate(gate));
  for (const std::string& text : outputs) command.outputs.push_back(parse_comparison_output(text));
  command.presentation.color = color_named(color);
  return command;
}

}  // namespace pyharness
