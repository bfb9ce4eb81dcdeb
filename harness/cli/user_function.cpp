#include "harness/cli/user_function.h"

#include <fmt/format.h>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/supervise/brief_command.h"
#include "harness/supervise/interpreter.h"

namespace pyharness {
namespace {

constexpr const char* kQuestion =
    "import importlib.util, sys; print(importlib.util.find_spec(sys.argv[1]) is not None)";
constexpr std::chrono::seconds kPatience{30};

}  // namespace

std::string python_of_user_functions(std::span<const OutputRequest> outputs, const std::string& python) {
  std::string runs;
  for (const OutputRequest& output : outputs) {
    if (output.function.empty()) continue;
    const std::string module = output.function.substr(0, output.function.find(':'));
    runs = choose_interpreter(python).executable;
    const BriefAnswer answer = answer_of({runs, "-c", kQuestion, module}, kPatience);
    if (answer.output == "True\n") continue;
    throw Failure(fmt::format("-o python:{}: {} does not find the module {}{}", printable(output.function),
                              printable(runs), printable(module),
                              answer.output == "False\n" ? "." : ": " + why_silent(answer, kPatience)));
  }
  return runs;
}

}  // namespace pyharness
