#include "profilers/watch.h"

#include <doctest/doctest.h>

#include "tests/support/temporary_directory.h"

namespace fs = std::filesystem;
using pyharness::WatchFilter;
using pyharness::testing::TemporaryDirectory;
using Texts = std::vector<std::string>;

namespace {

WatchFilter filter(Texts roots, Texts only = {}, Texts exclude = {}) {
  return WatchFilter({.only = std::move(only), .exclude = std::move(exclude), .roots = std::move(roots), .module = ""},
                     {.standard_library = {"/usr/lib/python3.11"}, .editable = {"/home/me/editable"}});
}

bool watches_file(WatchFilter& watch, const std::string& file, const std::string& module = "a") {
  return watch.watches({.file = file, .module = module, .qualified_name = "f"});
}

bool by_pattern(const std::string& pattern, const WatchFilter::Question& question) {
  WatchFilter watch = filter({"/nowhere"}, {pattern});
  return watch.watches(question);
}

}  // namespace

TEST_SUITE("watch: own code") {
  TEST_CASE("a mode that watches everything by default still obeys its patterns") {
    const auto everything = [](Texts only, Texts exclude) {
      return WatchFilter({.only = std::move(only), .exclude = std::move(exclude), .roots = {"/own"}, .module = ""},
                         {.standard_library = {"/usr/lib/python3.11"}, .editable = {}},
                         pyharness::WatchDefault::kEverything);
    };
    WatchFilter all = everything({}, {"json"});
    CHECK(watches_file(all, "/usr/lib/python3.11/re.py", "re"));
    CHECK(watches_file(all, "<frozen importlib._bootstrap>", "importlib"));
    CHECK_FALSE(watches_file(all, "/usr/lib/python3.11/json/decoder.py", "json.decoder"));
    WatchFilter some = everything({"json"}, {});
    CHECK(watches_file(some, "/usr/lib/python3.11/json/decoder.py", "json.decoder"));
    CHECK_FALSE(watches_file(some, "/own/a.py"));
  }

  TEST_CASE("files below a root are own, those beside it are not") {
    const TemporaryDirectory directory;
    WatchFilter watch = filter({directory.path("src")});
    CHECK(watches_file(watch, directory.write("src/a.py", "")));
    CHECK(watches_file(watch, directory.write("src/deep/er/a.py", "")));
    CHECK(watches_file(watch, directory.path("src/deleted.py")));
    CHECK_FALSE(watches_file(watch, directory.write("src2/a.py", "")));
    CHECK_FALSE(watches_file(watch, directory.write("a.py", "")));
  }

  TEST_CASE("symbolic links are resolved, and dots too") {
    const TemporaryDirectory directory;
    directory.write("src/a.py", "");
    directory.write("elsewhere/b.py", "");
    fs::create_directory_symlink(directory.path("src"), directory.path("link"));
    fs::create_symlink(directory.path("elsewhere/b.py"), directory.path("src/b.py"));
    WatchFilter watch = filter({directory.path("src")});
    CHECK(watches_file(watch, directory.path("link/a.py")));
    CHECK(watches_file(watch, directory.path("elsewhere/../src/a.py")));
    CHECK_FALSE(watches_file(watch, directory.path("src/b.py")));
    CHECK(watch.canonical(directory.path("link/a.py")) == directory.path("src/a.py"));
    CHECK(watch.canonical("<string>") == "<string>");
  }

  TEST_CASE("the standard library is not own, even below a root") {
    WatchFilter watch = filter({"/"});
    CHECK_FALSE(watches_file(watch, "/usr/lib/python3.11/json/decoder.py"));
    CHECK(watches_file(watch, "/usr/lib/python3.11-mine/a.py"));
  }

  TEST_CASE("installed packages below a root are not own") {
    WatchFilter watch = filter({"/proj"});
    CHECK_FALSE(watches_file(watch, "/proj/lib/python3.11/site-packages/x/y.py"));
    CHECK_FALSE(watches_file(watch, "/proj/dist-packages/x.py"));
    CHECK(watches_file(watch, "/proj/my-site-packages/x.py"));
    CHECK(watches_file(watch, "/proj/site-packages.py"));
  }

  TEST_CASE("a virtual environment below a root is not own, whatever its name") {
    const TemporaryDirectory directory;
    directory.write("odd name/pyvenv.cfg", "home = /usr/bin");
    WatchFilter watch = filter({directory.path()});
    CHECK_FALSE(watches_file(watch, directory.write("odd name/bin/tool.py", "")));
    CHECK_FALSE(watches_file(watch, directory.write("odd name/src/x.py", "")));
    CHECK(watches_file(watch, directory.write("other/x.py", "")));
  }

  TEST_CASE("a root that is itself a virtual environment is own, without its packages") {
    const TemporaryDirectory directory;
    directory.write("pyvenv.cfg", "");
    WatchFilter watch = filter({directory.path()});
    CHECK(watches_file(watch, directory.write("app.py", "")));
    CHECK(watches_file(watch, directory.write("pkg/mod.py", "")));
    CHECK_FALSE(watches_file(watch, directory.write("lib/python3.11/site-packages/x.py", "")));
  }

  TEST_CASE("a root inside site-packages is own") {
    WatchFilter watch = filter({"/venv/lib/python3.11/site-packages/tool"});
    CHECK(watches_file(watch, "/venv/lib/python3.11/site-packages/tool/core.py"));
    CHECK_FALSE(watches_file(watch, "/venv/lib/python3.11/site-packages/toolbox/core.py"));
  }

  TEST_CASE("editable installs are own wherever they are") {
    WatchFilter watch = filter({"/nowhere"});
    CHECK(watches_file(watch, "/home/me/editable/pkg/a.py"));
  }

  TEST_CASE("a zip file as root holds its modules") {
    WatchFilter watch = filter({"/work/app.pyz"});
    CHECK(watches_file(watch, "/work/app.pyz/__main__.py"));
    CHECK(watches_file(watch, "/work/app.pyz"));
    CHECK_FALSE(watches_file(watch, "/work/app.py"));
  }

  TEST_CASE("generated code is own where its caller is, or where it is the program") {
    WatchFilter watch = filter({"/own"});
    CHECK(watch.watches({.file = "<string>", .module = "a", .qualified_name = "f", .caller_watched = true}));
    CHECK_FALSE(watch.watches({.file = "<string>", .module = "collections", .qualified_name = "f"}));
    CHECK(watch.watches({.file = "<string>", .module = "__main__", .qualified_name = "<module>", .outermost = true}));
    CHECK(watch.watches({.file = "<stdin>", .module = "__main__", .qualified_name = "<module>", .outermost = true}));
    CHECK_FALSE(
        watch.watches({.file = "<frozen runpy>", .module = "__main__", .qualified_name = "f", .caller_watched = true}));
  }
}

TEST_SUITE("watch: patterns") {
  TEST_CASE("a file pattern without a slash is for names") {
    CHECK(by_pattern("a.py", {.file = "/x/a.py", .module = "m", .qualified_name = "f"}));
    CHECK(by_pattern("test_*.py", {.file = "/x/y/test_a.py", .module = "m", .qualified_name = "f"}));
    CHECK_FALSE(by_pattern("a.py", {.file = "/x/ba.py", .module = "m", .qualified_name = "f"}));
  }

  TEST_CASE("a file pattern with a slash is for paths, and a directory means all below it") {
    CHECK(by_pattern("/x/*.py", {.file = "/x/a.py", .module = "m", .qualified_name = "f"}));
    CHECK(by_pattern("/x/y", {.file = "/x/y/z/a.py", .module = "m", .qualified_name = "f"}));
    CHECK_FALSE(by_pattern("/x/y", {.file = "/x/yz/a.py", .module = "m", .qualified_name = "f"}));
    CHECK_FALSE(by_pattern("/x/*.py", {.file = "/y/a.py", .module = "m", .qualified_name = "f"}));
    const TemporaryDirectory directory;
    directory.write("src/a.py", "");
    const fs::path before = fs::current_path();
    fs::current_path(directory.path());
    CHECK(by_pattern("src/a.py", {.file = directory.path("src/a.py"), .module = "m", .qualified_name = "f"}));
    CHECK(by_pattern("./src/*", {.file = directory.path("src/a.py"), .module = "m", .qualified_name = "f"}));
    fs::current_path(before);
  }

  TEST_CASE("a path with brackets in it still means itself") {
    CHECK(by_pattern("/x/a[1]/b.py", {.file = "/x/a[1]/b.py", .module = "m", .qualified_name = "f"}));
  }

  TEST_CASE("a relative pattern means the directory at the start, wherever the program goes") {
    const TemporaryDirectory directory;
    directory.write("src/a.py", "");
    const fs::path before = fs::current_path();
    fs::current_path(directory.path());
    WatchFilter watch = filter({"/nowhere"}, {"src/a.py"});
    fs::current_path("/");
    CHECK(watches_file(watch, directory.path("src/a.py")));
    fs::current_path(before);
  }

  TEST_CASE("a module pattern means the module and its submodules") {
    CHECK(by_pattern("pkg", {.file = "/x/a.py", .module = "pkg", .qualified_name = "f"}));
    CHECK(by_pattern("pkg", {.file = "/x/a.py", .module = "pkg.mod", .qualified_name = "f"}));
    CHECK(by_pattern("pkg.*", {.file = "/x/a.py", .module = "pkg.mod.deep", .qualified_name = "f"}));
    CHECK_FALSE(by_pattern("pkg", {.file = "/x/a.py", .module = "pkgs", .qualified_name = "f"}));
    CHECK_FALSE(by_pattern("pkg.mod", {.file = "/x/a.py", .module = "pkg", .qualified_name = "f"}));
  }

  TEST_CASE("a qualified name means functions of a module") {
    const WatchFilter::Question method{.file = "/x/a.py", .module = "pkg.mod", .qualified_name = "Class.method"};
    CHECK(by_pattern("pkg.mod:Class.method", method));
    CHECK(by_pattern("pkg.*:Class.*", method));
    CHECK(by_pattern(":Class.method", method));
    CHECK(by_pattern("*:*.method", method));
    CHECK_FALSE(by_pattern("pkg.mod:Class", method));
    CHECK_FALSE(by_pattern("pkg:Class.method", method));
  }

  TEST_CASE("@profile means what is marked") {
    CHECK(by_pattern("@profile", {.file = "/x/a.py", .module = "m", .qualified_name = "f", .marked = true}));
    CHECK_FALSE(by_pattern("@profile", {.file = "/x/a.py", .module = "m", .qualified_name = "f"}));
  }

  TEST_CASE("--only takes the place of own code, and any of its patterns is enough") {
    WatchFilter watch = filter({"/own"}, {"numpy", "b.py"});
    CHECK_FALSE(watches_file(watch, "/own/a.py"));
    CHECK(watches_file(watch, "/own/b.py"));
    CHECK(watches_file(watch, "/usr/lib/site-packages/numpy/x.py", "numpy.linalg"));
  }

  TEST_CASE("--exclude wins over everything") {
    WatchFilter own = filter({"/own"}, {}, {"test_*.py", "pkg.gen"});
    CHECK(watches_file(own, "/own/a.py"));
    CHECK_FALSE(watches_file(own, "/own/test_a.py"));
    CHECK_FALSE(watches_file(own, "/own/pkg/gen/a.py", "pkg.gen.a"));
    WatchFilter only = filter({"/own"}, {"pkg"}, {"pkg:slow"});
    CHECK_FALSE(only.watches({.file = "/own/a.py", .module = "pkg", .qualified_name = "slow"}));
    CHECK(only.watches({.file = "/own/a.py", .module = "pkg", .qualified_name = "fast"}));
  }
}
