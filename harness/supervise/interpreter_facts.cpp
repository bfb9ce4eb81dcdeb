#include "harness/supervise/interpreter_facts.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/output.h"
#include "harness/base/words.h"
#include "harness/supervise/brief_command.h"
#include "harness/supervise/kept_answers.h"

namespace pyharness {
namespace {

namespace fs = std::filesystem;

// A NUL ends each answer: no path has one in it. The library is where the build was told to put it, or where the
// interpreter was moved to afterwards.
constexpr const char* kQuestions = R"(
import os, sys, sysconfig
v = sysconfig.get_config_var
name = v('INSTSONAME') or v('LDLIBRARY') or ''
found = [os.path.join(d, name) for d in (v('LIBDIR'), os.path.join(sys.base_prefix, 'lib')) if d and '.so' in name]
yes = lambda fact: '1' if fact else '0'
answers = ['%d.%d.%d' % sys.version_info[:3], sys.implementation.name, sys.executable,
           next(filter(os.path.isfile, found), ''), sysconfig.get_path('include'), yes(v('Py_GIL_DISABLED')),
           yes(v('Py_DEBUG') or hasattr(sys, 'gettotalrefcount'))]
sys.stdout.buffer.write(b''.join(os.fsencode(a) + b'\0' for a in ['pyharness', *answers]))
)";
constexpr std::size_t kAnswers = 8;
constexpr std::chrono::seconds kPatience{10};

std::optional<InterpreterFacts> read_answers(const std::string& text) {
  std::vector<std::string> answers;
  std::istringstream stream(text);
  for (std::string answer; std::getline(stream, answer, '\0');) answers.push_back(answer);
  const auto is_yes_or_no = [](const std::string& answer) { return answer == "0" || answer == "1"; };
  if (answers.size() != kAnswers || !text.ends_with('\0') || answers[0] != "pyharness" ||
      answers[1].find('.') == std::string::npos || !is_yes_or_no(answers[6]) || !is_yes_or_no(answers[7]))
    return std::nullopt;
  return InterpreterFacts{answers[1], answers[2],        answers[3],       answers[4],
                          answers[5], answers[6] == "1", answers[7] == "1"};
}

// What the answer hangs on: the file itself and, for a virtual environment, its pyvenv.cfg.
std::string identity_of(const fs::path& executable) {
  std::string identity;
  for (const fs::path& file :
       {executable, executable.parent_path() / "pyvenv.cfg", executable.parent_path().parent_path() / "pyvenv.cfg"})
    identity += file_identity(file);
  return identity;
}

}  // namespace

bool is_script(const std::string& executable) {
  std::ifstream file(executable, std::ios::binary);
  return file.get() == '#' && file.get() == '!';
}

InterpreterAnswer ask_interpreter(const std::string& executable) {
  const bool is_kept = !is_script(executable);
  const std::string identity = identity_of(executable) + "\n";
  const std::string name = "python-" + sha256(identity).substr(0, 16);
  if (const auto kept = is_kept ? kept_answer(name) : std::nullopt; kept && kept->starts_with(identity)) {
    std::optional<InterpreterFacts> facts = read_answers(kept->substr(identity.size()));
    std::error_code error;
    if (facts && (facts->library.empty() || fs::exists(facts->library, error))) return {std::move(facts), ""};
  }
  const BriefAnswer answer = answer_of({executable, "-I", "-S", "-c", kQuestions}, kPatience);
  std::optional<InterpreterFacts> facts = read_answers(answer.output);
  if (!facts) return {std::nullopt, why_silent(answer, kPatience)};
  if (is_kept) keep_answer(name, identity + answer.output);
  return {std::move(facts), ""};
}

}  // namespace pyharness
