#include "harness/host/shebang.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <climits>
#include <optional>
#include <string>
#include <utility>

#include "tests/support/temporary_directory.h"

using pyharness::Shebang;
using pyharness::testing::TemporaryDirectory;

namespace {

using Words = std::pair<std::string, std::string>;

/// What is read of a script that begins so: interpreter and argument.
std::optional<Words> read(const std::string& text, mode_t mode = 0755) {
  const TemporaryDirectory directory;
  const std::string path = directory.write("script", text);
  chmod(path.c_str(), mode);
  Shebang shebang{};
  if (!pyharness::read_shebang(path.c_str(), shebang)) return std::nullopt;
  return Words(shebang.interpreter, shebang.argument);
}

std::string find(const std::string& name, const std::string& path) {
  char found[PATH_MAX] = {};
  return pyharness::find_in_path(name.c_str(), path.c_str(), found) ? found : "";
}

}  // namespace

TEST_SUITE("scripts' first lines") {
  TEST_CASE("an interpreter, and the rest of the line as one word") {
    CHECK(read("#!/usr/bin/python3\n") == Words("/usr/bin/python3", ""));
    CHECK(read("#!  /usr/bin/python3 \t \nx") == Words("/usr/bin/python3", ""));
    CHECK(read("#!/a/python -s  -E \n") == Words("/a/python", "-s  -E"));
    CHECK(read("#!/usr/bin/env\tpython3\n") == Words("/usr/bin/env", "python3"));
    CHECK(read("#!python\r\n") == Words("python\r", ""));
  }

  TEST_CASE("what is none") {
    for (const std::string& text : {std::string(), std::string("#"), std::string("#!"), std::string("#!\n"),
                                    std::string("#! \t\n"), std::string("import sys\n"), std::string(" #!/a\n"),
                                    std::string("#!/without/an/end"), std::string("#!/a\0b\n", 7)}) {
      CAPTURE(text);
      CHECK(read(text) == std::nullopt);
    }
  }

  TEST_CASE("a line is as long as the kernel's buffer at the most") {
    const std::string most(256 - 3, 'a');
    CHECK(read("#!" + most + "\n") == Words(most, ""));
    CHECK(read("#!" + most + "a\n") == std::nullopt);
  }

  TEST_CASE("what may not be executed, a directory, what is not there") {
    CHECK(read("#!/usr/bin/python3\n", 0644) == std::nullopt);
    Shebang shebang{};
    CHECK_FALSE(pyharness::read_shebang("/", shebang));
    CHECK_FALSE(pyharness::read_shebang("/nowhere/at/all", shebang));
    CHECK_FALSE(pyharness::read_shebang("", shebang));
  }

  TEST_CASE("which words env takes for the command") {
    CHECK(pyharness::is_plain_word("python3"));
    CHECK(pyharness::is_plain_word("/usr/bin/python3"));
    for (const char* word : {"", "-S", "-S python3", "-", "A=1", "A=1 python3", "python3 -s", "python3\t-s"}) {
      CAPTURE(word);
      CHECK_FALSE(pyharness::is_plain_word(word));
    }
  }

  TEST_CASE("the variable PATH") {
    char other[] = "PATHS=/x";
    char path[] = "PATH=/a:/b";
    char again[] = "PATH=/c";
    char* const both[] = {other, path, again, nullptr};
    char* const none[] = {other, nullptr};
    CHECK(std::string(pyharness::path_variable(both)) == "/a:/b");
    CHECK(std::string(pyharness::path_variable(none)) == "/bin:/usr/bin");
    CHECK(std::string(pyharness::path_variable(nullptr)) == "/bin:/usr/bin");
  }

  TEST_CASE("files are found as execvp finds them") {
    const TemporaryDirectory directory;
    const std::string first = directory.write("a/python", "");
    const std::string second = directory.write("b/python", "");
    const std::string path = "/nowhere:" + directory.path("a") + ":" + directory.path("b");
    CHECK(find("python", path).empty());
    chmod(second.c_str(), 0755);
    CHECK(find("python", path) == second);
    chmod(first.c_str(), 0755);
    CHECK(find("python", path) == first);
    CHECK(find(second, path) == second);
    CHECK(find("python", "").empty());
    CHECK(find("", path).empty());
    CHECK(find(std::string(PATH_MAX, 'x'), path).empty());
    CHECK(find("python", std::string(PATH_MAX, 'x') + ":" + directory.path("b")) == second);
    CHECK(find("a", directory.path()).empty());  // a directory
  }
}
