// With scripts in the place of hosts. What real hosts say: tests/cli/test_calibration.py.
#include "harness/supervise/hook_costs.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/failure.h"

using pyharness::ClockSource;
using pyharness::hook_costs;
using pyharness::HookCosts;
using pyharness::Interpreter;
using pyharness::testing::contains;

namespace {

namespace fs = std::filesystem;

/// A directory with a host that says what it is told, and counts how often it is started; the cache is in it too.
class Place {
 public:
  Place() {
    char name[] = "/tmp/pyharness-costs-XXXXXX";
    root_ = mkdtemp(name);
    const char* cache = std::getenv("XDG_CACHE_HOME");
    if (cache != nullptr) before_ = cache;
    setenv("XDG_CACHE_HOME", root_.c_str(), 1);
    host_says(
        "simple 10 50 0 0 0 1000\ncalls 10 30 10 0 0 1000\nresumptions 10 40 0 10 0 1000\nunwatched 10 20 0 0 30 "
        "1000\n");
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    if (before_.empty()) {
      unsetenv("XDG_CACHE_HOME");
    } else {
      setenv("XDG_CACHE_HOME", before_.c_str(), 1);
    }
    fs::remove_all(root_);
  }

  void host_says(const std::string& text) const {
    std::ofstream(root_ / "text") << text;
    std::ofstream(host()) << "#!/bin/sh\necho x >> " << (root_ / "starts").string() << "\npwd > "
                          << (root_ / "directory").string() << "\nexec cat " << (root_ / "text").string() << "\n";
    chmod(host().c_str(), 0700);
  }
  [[nodiscard]] HookCosts costs(const std::string& engine = "") const {
    const Interpreter interpreter{"python", "3.11.2", host(), "", ""};
    const std::map<std::string, std::string> none;
    return hook_costs({"timer", "line"}, engine.empty() ? none : std::map<std::string, std::string>{{"line", engine}},
                      interpreter, ClockSource::kSystem);
  }
  /// How often the host was started since it was last asked.
  [[nodiscard]] std::size_t starts() const {
    const std::string text = content(root_ / "starts");
    fs::remove(root_ / "starts");
    return text.size() / 2;
  }
  [[nodiscard]] std::string host() const { return root_ / "host"; }
  [[nodiscard]] fs::path root() const { return root_; }
  [[nodiscard]] fs::path kept() const {
    for (const auto& entry : fs::directory_iterator(root_ / "pyharness")) return entry.path();
    return {};
  }
  static std::string content(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }

 private:
  fs::path root_;
  std::string before_;
};

}  // namespace

TEST_SUITE("hook costs") {
  TEST_CASE("measured once, in a directory where nothing is, and kept") {
    const Place place;
    const HookCosts measured = place.costs();
    CHECK(measured.problem.empty());
    REQUIRE(measured.by_mode.size() == 1);
    CHECK(measured.by_mode.at("line").size() == 4);
    CHECK(place.starts() == 4);  // twice under hooks, twice without
    CHECK(Place::content(place.root() / "directory") == "/\n");
    CHECK(place.costs().by_mode == measured.by_mode);
    CHECK(place.starts() == 0);
  }

  TEST_CASE("only for modes that make use of it") {
    const Place place;
    const Interpreter interpreter{"python", "3.11.2", place.host(), "", ""};
    CHECK(hook_costs({"timer", "profile"}, {}, interpreter, ClockSource::kSystem).by_mode.empty());
    CHECK(hook_costs({}, {}, interpreter, ClockSource::kSystem).by_mode.empty());
    CHECK(place.starts() == 0);
  }

  TEST_CASE("another engine, another build of the host: measured anew; each engine has its own") {
    const Place place;
    (void)place.costs();
    (void)place.costs("trace");
    CHECK(place.starts() == 8);
    (void)place.costs();
    (void)place.costs("trace");
    CHECK(place.starts() == 0);
    fs::last_write_time(place.host(), fs::file_time_type::clock::now() - std::chrono::hours(1));
    (void)place.costs();
    CHECK(place.starts() == 4);
  }

  TEST_CASE("what is kept is believed as it was written, and not otherwise") {
    const Place place;
    (void)place.costs();
    (void)place.starts();
    const fs::path kept = place.kept();
    const std::string text = Place::content(kept);
    const std::string identity = text.substr(0, text.find('\n') + 1);
    const std::string good = identity + "call 7 1\nline 5 2\nresume 4 1\nunwatched 3 1\n";
    const auto keep = [&](const std::string& words) { std::ofstream(kept) << words; };
    keep(good);
    CHECK(place.costs().by_mode.at("line").at("line").cost_ps == 5);
    CHECK(place.costs().by_mode.at("line").at("line").error_ps == 2);
    CHECK(place.starts() == 0);
    for (const std::string& wrong : {std::string(), std::string("nonsense"), identity, good.substr(1), good + "x",
                                     good + "\n", identity + "call 7 1\nline -5 2\nresume 4 1\nunwatched 3 1\n",
                                     identity + "call 7 1\nline 5\nresume 4 1\nunwatched 3 1\n",
                                     identity + "call 7 1\nline 100000001 1\nresume 4 1\nunwatched 3 1\n",
                                     identity + "call 7 1\nresume 4 1\nunwatched 3 1\n",
                                     identity + "line 5 2\ncall 7 1\nresume 4 1\nunwatched 3 1\n",
                                     identity + "call 7 1\nline 05 2\nresume 4 1\nunwatched 3 1\n",
                                     identity + "call 7 1\nline 18446744073709551617 2\nresume 4 1\nunwatched 3 1\n"}) {
      CAPTURE(wrong);
      keep(wrong);
      CHECK(place.costs().by_mode.at("line").at("line").cost_ps == 0);
      CHECK(place.starts() == 4);
      CHECK(Place::content(kept) == text);
    }
    keep(good);
    chmod(kept.c_str(), 0666);  // others could have written it
    CHECK(place.costs().by_mode.at("line").at("line").cost_ps == 0);
    CHECK(place.starts() == 4);
  }

  TEST_CASE("what fails is said, nothing is kept, and the next time it is tried again") {
    const Place place;
    for (const char* text : {"", "no such module\n", "simple 10 50 0 0 1000\n"}) {
      place.host_says(text);
      const HookCosts found = place.costs();
      CHECK(found.by_mode.empty());
      CHECK(contains(found.problem, "no times are corrected"));
    }
    fs::remove(place.host());
    CHECK(contains(place.costs().problem, "it cannot be started"));
    CHECK_FALSE(fs::exists(place.root() / "pyharness"));
    place.host_says(
        "simple 10 50 0 0 0 1000\ncalls 10 30 10 0 0 1000\nresumptions 10 40 0 10 0 1000\nunwatched 10 20 0 0 30 "
        "1000\n");
    CHECK(place.costs().problem.empty());
  }
}
