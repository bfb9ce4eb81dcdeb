#include "harness/cli/arguments.h"

#include <doctest/doctest.h>

#include "tests/support/failure.h"

using pyharness::Command;
using pyharness::parse_arguments;
using pyharness::Presentation;
using pyharness::ReportCommand;
using pyharness::RunCommand;
using pyharness::ShowText;
using pyharness::Target;
using pyharness::testing::contains;
using pyharness::testing::failure_of;
using Words = std::vector<std::string>;

namespace {

RunCommand run(Words words) {
  words.insert(words.begin(), "run");
  return std::get<RunCommand>(parse_arguments(words));
}
pyharness::RunPlan plan(Words words) { return run(std::move(words)).plan; }

std::string complaint(const Words& words) {
  return failure_of([&] { parse_arguments(words); });
}
std::string shown(const Words& words) { return std::get<ShowText>(parse_arguments(words)).text; }

}  // namespace

TEST_SUITE("arguments: targets") {
  TEST_CASE("a script takes everything after it, in order and verbatim") {
    const auto it = plan({"s.py", "a", "-x", "--mode=line", "", "--", "-"});
    CHECK(it.target.kind == Target::Kind::kScript);
    CHECK(it.target.value == "s.py");
    CHECK(it.target.arguments == Words{"a", "-x", "--mode=line", "", "--", "-"});
    CHECK(it.modes == Words{"timer"});
  }

  TEST_CASE("-m and -c take everything after them as the program's") {
    for (const Words& words :
         {Words{"-m", "pkg.mod", "--mode=line", "--", "x"}, Words{"-mpkg.mod", "--mode=line", "--", "x"}}) {
      const auto it = plan(words);
      CHECK(it.target.kind == Target::Kind::kModule);
      CHECK(it.target.value == "pkg.mod");
      CHECK(it.target.arguments == Words{"--mode=line", "--", "x"});
      CHECK(it.modes == Words{"timer"});
    }
    const auto code = plan({"--mode=line", "-c", "print(1)", "--quiet"});
    CHECK(code.target.kind == Target::Kind::kCommand);
    CHECK(code.target.value == "print(1)");
    CHECK(code.target.arguments == Words{"--quiet"});
    CHECK_FALSE(code.quiet);
    CHECK(plan({"-cprint(1)"}).target.value == "print(1)");
    CHECK(plan({"-c", ""}).target.value.empty());
  }

  TEST_CASE("- is the program on stdin") {
    const auto it = plan({"-", "a"});
    CHECK(it.target.kind == Target::Kind::kStdin);
    CHECK(it.target.arguments == Words{"a"});
  }

  TEST_CASE("-- before the target ends our options") {
    CHECK(plan({"--quiet", "--", "s.py", "a"}).target.arguments == Words{"a"});
    CHECK(plan({"--", "-odd.py"}).target.value == "-odd.py");
  }

  TEST_CASE("nothing to run is said") {
    CHECK(contains(complaint({"run"}), "nothing to run"));
    CHECK(contains(complaint({"run", "--quiet"}), "nothing to run"));
    CHECK(contains(complaint({"run", "--"}), "nothing to run"));
    CHECK(contains(complaint({"run", "-m"}), "needs a module"));
    CHECK(contains(complaint({"run", "-c"}), "needs code"));
  }
}

TEST_SUITE("arguments: options after a script") {
  TEST_CASE("the frozen options are ours up to the first token that is something else") {
    const auto it = plan({"s.py", "--mode=line", "--output=a.json", "--only=x", "--exclude=y", "--repeat=3", "--quiet",
                          "--input=f", "--mode=none"});
    CHECK(it.modes == Words{"timer", "line"});
    CHECK(it.outputs.at(0).path == "a.json");
    CHECK(it.only == Words{"x"});
    CHECK(it.exclude == Words{"y"});
    CHECK(it.repeat == 3);
    CHECK(it.quiet);
    CHECK(it.target.arguments == Words{"--input=f", "--mode=none"});
  }

  TEST_CASE("no other option is ours there, and no other form") {
    for (const char* word :
         {"--python=x", "--warmup=1", "--top=1", "--sort=time", "--no-source", "-q", "-o", "--color=never", "--mode",
          "--output", "--only", "--exclude", "--repeat", "--quiet=1", "--help", "-h", "--modes=line"}) {
      CAPTURE(word);
      const auto it = plan({"s.py", word, "x"});
      CHECK(it.target.arguments == Words{word, "x"});
      CHECK_FALSE(it.quiet);
      CHECK(it.repeat == 1);
    }
  }

  TEST_CASE("-- ends them and is dropped, once") {
    CHECK(plan({"s.py", "--mode=line", "--", "--quiet"}).target.arguments == Words{"--quiet"});
    CHECK(plan({"s.py", "--", "--", "x"}).target.arguments == Words{"--", "x"});
    CHECK(plan({"s.py", "x", "--", "y"}).target.arguments == Words{"x", "--", "y"});
    CHECK(plan({"s.py", "--"}).target.arguments.empty());
  }

  TEST_CASE("options before and after the script come together") {
    const auto it = plan({"--mode=line", "-o", "a.json", "s.py", "--output=b.json", "--mode=timer"});
    CHECK(it.modes == Words{"timer", "line"});
    CHECK(it.outputs.size() == 2);
  }

  TEST_CASE("a word that is almost ours goes to the program with a hint") {
    for (const char* word : {"--mod=line", "--mode", "--quite", "--repeat", "--outptu=x", "--exclud=x"}) {
      CAPTURE(word);
      const RunCommand command = run({"s.py", word, "line"});
      CHECK(command.plan.target.arguments == Words{word, "line"});
      CHECK(contains(command.hint, word));
      CHECK_FALSE(contains(command.hint, "\n"));
    }
    for (const char* word : {"--verbose", "-m", "x", "--", "--input=mode", "--", "-"}) {
      CAPTURE(word);
      CHECK(run({"s.py", word}).hint.empty());
    }
    CHECK(run({"s.py", "x", "--mod=line"}).hint.empty());
    CHECK(run({"s.py", "--", "--mod=line"}).hint.empty());
    CHECK(run({"-m", "mod", "--mod=line"}).hint.empty());
  }

  TEST_CASE("a bad value after the script is refused as before it") {
    CHECK(contains(complaint({"run", "s.py", "--mode=lin"}), "Did you mean 'line'?"));
    CHECK_FALSE(complaint({"run", "s.py", "--repeat=0"}).empty());
    CHECK_FALSE(complaint({"run", "s.py", "--mode="}).empty());
    CHECK_FALSE(complaint({"run", "s.py", "--output="}).empty());
  }
}

TEST_SUITE("arguments: options of run") {
  TEST_CASE("options out of a profiler's own table, and engines") {
    const auto it =
        plan({"--mode=profile", "--no-builtins", "--engine", "profile=setprofile", "s.py", "--no-builtins"});
    CHECK(it.options == std::map<std::string, std::string>{{"no-builtins", ""}});
    CHECK(it.engines == std::map<std::string, std::string>{{"profile", "setprofile"}});
    CHECK(it.target.arguments == Words{"--no-builtins"});
    CHECK(plan({"--mode=profile", "s.py"}).options.empty());
    CHECK(contains(complaint({"run", "--no-builtins", "s.py"}), "--mode=profile"));
    CHECK(contains(complaint({"run", "--mode=profile", "--no-builtins=1", "s.py"}), "takes no value"));
    CHECK(contains(shown({"run", "--help"}), "--no-builtins"));
  }

  TEST_CASE("every option is read, in both forms") {
    const auto it = plan({"--mode",
                          "line",
                          "-o",
                          "a.json",
                          "-ob.txt",
                          "--output",
                          "json:-",
                          "-q",
                          "--python",
                          "/p",
                          "--only",
                          "a",
                          "--only=b",
                          "--exclude",
                          "c",
                          "--sort",
                          "time",
                          "--top",
                          "5",
                          "--unit",
                          "ms",
                          "--color",
                          "always",
                          "--repeat",
                          "7",
                          "--warmup=2",
                          "--python-option",
                          "-X dev",
                          "--python-option=-O",
                          "--no-source",
                          "--start-paused",
                          "s.py"});
    CHECK(it.modes == Words{"timer", "line"});
    REQUIRE(it.outputs.size() == 3);
    CHECK(it.outputs[1].format == "text");
    CHECK(it.outputs[1].path == "b.txt");
    CHECK(it.outputs[2].path == "-");
    CHECK(it.quiet);
    CHECK(it.python == "/p");
    CHECK(it.only == Words{"a", "b"});
    CHECK(it.exclude == Words{"c"});
    CHECK(it.presentation.sort == "time");
    CHECK(it.presentation.top == 5);
    CHECK(it.presentation.unit == "ms");
    CHECK(it.presentation.color == Presentation::Color::kAlways);
    CHECK(it.repeat == 7);
    CHECK(it.warmup == 2);
    CHECK(it.python_options == Words{"-X", "dev", "-O"});
    CHECK_FALSE(it.keep_source);
    CHECK(it.start_paused);
    CHECK(it.target.value == "s.py");
    CHECK(it.target.arguments.empty());
  }

  TEST_CASE("what is not given has its default") {
    const auto it = plan({"s.py"});
    CHECK(it.outputs.empty());
    CHECK(it.presentation.color == Presentation::Color::kAuto);
    CHECK(it.repeat == 1);
    CHECK(it.warmup == 0);
    CHECK(it.keep_source);
    CHECK_FALSE(it.start_paused);
    CHECK_FALSE(it.quiet);
  }

  TEST_CASE("values that look like options are values") {
    CHECK(plan({"--python-option", "-O", "s.py"}).python_options == Words{"-O"});
    CHECK(plan({"--only", "--odd", "s.py"}).only == Words{"--odd"});
  }

  TEST_CASE("flags can stand together") {
    const auto it = plan({"-qo", "a.json", "s.py"});
    CHECK(it.quiet);
    CHECK(it.target.value == "s.py");
  }

  TEST_CASE("an option that is not there is said with the nearest") {
    CHECK(contains(complaint({"run", "--mod=line", "s.py"}), "Did you mean '--mode'?"));
    CHECK(contains(complaint({"run", "--ouput", "a.json", "s.py"}), "Did you mean '--output'?"));
    CHECK(contains(complaint({"run", "--zebra", "s.py"}), "no option --zebra"));
    CHECK_FALSE(contains(complaint({"run", "--zebra", "s.py"}), "Did you mean"));
    CHECK(contains(complaint({"run", "-x", "s.py"}), "no option -x"));
    CHECK_FALSE(contains(complaint({"run", "--\x1b[31m", "s.py"}), "\x1b"));
  }

  TEST_CASE("values that make no sense are refused in one line") {
    for (const Words& words :
         {Words{"--repeat=0"}, Words{"--repeat=x"}, Words{"--repeat=-1"}, Words{"--warmup=-1"}, Words{"--top=-1"},
          Words{"--top=x"}, Words{"--unit=hours"}, Words{"--color=red"}, Words{"--mode="}, Words{"--output", "x"},
          Words{"--sort=hits"}, Words{"--mode=line", "--sort=cumtime"}, Words{"--mode=line", "--callers=x"},
          Words{"--callees=("}, Words{"--quiet=maybe"}, Words{"--python-option", "'open"}, Words{"-o", ""}}) {
      Words all{"run"};
      all.insert(all.end(), words.begin(), words.end());
      all.emplace_back("s.py");
      CAPTURE(words.front());
      const std::string sentence = complaint(all);
      CHECK_FALSE(sentence.empty());
      CHECK_FALSE(contains(sentence, "\n"));
    }
    CHECK(contains(complaint({"run", "--mode"}), "--mode needs a value"));
    CHECK(contains(complaint({"run", "-o"}), "-o needs a value"));
  }
}

TEST_SUITE("arguments: commands") {
  TEST_CASE("help and version are text") {
    CHECK(shown({"--version"}) == "pyharness " PYHARNESS_EXPECTED_VERSION "\n");
    CHECK(contains(shown({"--help"}), "pyharness run script.py --mode=line"));
    for (const char* option :
         {"--mode",          "--output",    "--quiet",        "--python",  "--only",    "--exclude",
          "--sort",          "--top",       "--unit",         "--callers", "--callees", "--own",
          "--corrected",     "--skip-zero", "--summarize",    "--color",   "--repeat",  "--warmup",
          "--python-option", "--no-source", "--start-paused", "--keep"}) {
      CAPTURE(option);
      CHECK(contains(shown({"run", "--help"}), option));
    }
    CHECK(contains(shown({"run", "--mode=line", "-h"}), "Usage: pyharness run"));
    CHECK(contains(shown({"report", "--help"}), "Usage: pyharness report"));
  }

  TEST_CASE("report takes recordings and formats") {
    const auto command = std::get<ReportCommand>(
        parse_arguments(Words{"report", "a.json", "b.json.gz", "-o", "c.txt", "--unit=ms", "--callers=a", "--callees",
                              "b", "--sort=x", "--own", "--skip-zero"}));
    CHECK(command.recordings == Words{"a.json", "b.json.gz"});
    CHECK(command.outputs.at(0).path == "c.txt");
    CHECK(command.presentation.unit == "ms");
    CHECK(command.presentation.callers == "a");
    CHECK(command.presentation.own);
    CHECK(command.presentation.skip_zero);
    CHECK_FALSE(command.presentation.corrected);
    CHECK_FALSE(command.presentation.summarize);
    CHECK(command.presentation.callees == "b");
    CHECK(command.presentation.sort == "x");  // which orders there are, the recording says
    CHECK_FALSE(command.presentation.top);
    CHECK(contains(complaint({"report"}), "no recording"));
    CHECK(contains(complaint({"report", "--ouput=x", "a.json"}), "Did you mean '--output'?"));
    CHECK(std::get<ReportCommand>(parse_arguments(Words{"report", "--", "-a.json"})).recordings == Words{"-a.json"});
  }

  TEST_CASE("snapshot takes one process and formats") {
    const auto command = std::get<pyharness::SnapshotCommand>(
        parse_arguments(Words{"snapshot", "123", "-o", "a.json", "--top=3", "--color", "never"}));
    CHECK(command.pid == 123);
    CHECK(command.outputs.at(0).format == "json");
    CHECK(command.presentation.top == 3);
    CHECK(command.presentation.color == Presentation::Color::kNever);
    for (const Words& words : {Words{"snapshot"}, Words{"snapshot", "x"}, Words{"snapshot", "0"},
                               Words{"snapshot", "-1"}, Words{"snapshot", "1", "2"}, Words{"snapshot", "99999999999"}})
      CHECK_FALSE(complaint(words).empty());
    CHECK(contains(shown({"snapshot", "-h"}), "Usage: pyharness snapshot"));
  }

  TEST_CASE("--keep names a file, and only before the script") {
    CHECK(plan({"--keep", "a.kept", "s.py"}).keep == "a.kept");
    CHECK(plan({"s.py"}).keep.empty());
    CHECK(contains(complaint({"run", "--keep", "", "s.py"}), "names no file"));
    CHECK(plan({"s.py", "--keep=a"}).target.arguments == Words{"--keep=a"});
  }

  TEST_CASE("a command that is not there is said with the nearest, a script with what to write") {
    CHECK(contains(complaint({"repotr", "a.json"}), "Did you mean 'report'?"));
    CHECK(contains(complaint({"script.py"}), "pyharness run script.py"));
    CHECK(contains(complaint({}), "--help"));
    CHECK_FALSE(complaint({"list", "x"}).empty());
    CHECK(std::holds_alternative<pyharness::ListCommand>(parse_arguments(Words{"list"})));
  }
}
