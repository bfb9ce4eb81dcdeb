#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <random>

#include "harness/base/output.h"
#include "harness/record/arena_writer.h"
#include "harness/supervise/arena_file.h"
#include "harness/supervise/arena_report.h"
#include "tests/support/failure.h"
#include "tests/support/temporary_directory.h"

using pyharness::ArenaFile;
using pyharness::ClockPair;
using pyharness::KeptFile;
using pyharness::read_kept;
using pyharness::Recording;
using pyharness::testing::contains;
using pyharness::testing::failure_of;
using pyharness::testing::TemporaryDirectory;

namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr ClockPair kBegan{5'000'000'000, 7'000'000'000};

ClockPair later(std::uint64_t ms) { return {kBegan.ticks + ms * kMillisecond, kBegan.system_ns + ms * kMillisecond}; }

/// A run whose clock is by hand, kept in a file: one process with a table of one function.
class KeptRun {
 public:
  explicit KeptRun(const std::string& path) : file_(plan(), context(), path) {
    file_.note_start(getpid(), kBegan);
    const pyharness::ArenaWriter arena = file_.writer();
    pyharness::ProcessArea* area = arena.begin_process(static_cast<std::uint32_t>(getpid()), 1);
    area->code_begin_ticks = later(1).ticks;
    pyharness::TableWriter<pyharness::FunctionEntry> functions(arena, *area, pyharness::TableKind::kFunctions);
    pyharness::TableWriter<pyharness::LineEntry> lines(arena, *area, pyharness::TableKind::kLines);
    std::uint32_t index = 0;
    functions.reserve(1, index)->line_entries = 1;
    *lines.reserve(1, index) = {3, 0, 11, 12, 0, 0};
    functions.publish();
    lines.publish();
  }
  ArenaFile& file() { return file_; }

 private:
  static pyharness::HostPlan plan() {
    pyharness::HostPlan plan;
    plan.modes = {"timer", "line"};
    return plan;
  }
  static pyharness::RunContext context() {
    pyharness::RunContext context;
    context.argv = {"python", "a.py"};
    context.target = "a.py";
    context.modes = {"timer", "line"};
    return context;
  }

  ArenaFile file_;
};

std::int64_t hits(const Recording& recording) {
  return recording.find<pyharness::LineTable>("line")->functions.at(0).rows.at(0).values.at(0);
}

void end(ArenaFile& file, int status) {
  pyharness::HostEnd how;
  how.ending.exit_status = status;
  how.usage.ru_maxrss = 2048;
  file.note_end(how, later(40));
}

}  // namespace

TEST_SUITE("kept recordings") {
  TEST_CASE("a run that has ended is read as it was, from a file cut to what is in use") {
    const TemporaryDirectory directory;
    const std::string path = directory.path("kept");
    {
      KeptRun run(path);
      end(run.file(), 3);
    }
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    const std::size_t head = pyharness::whole_pages(sizeof(pyharness::ArenaHeader) + 1);
    CHECK(status.st_size == head + 3 * pyharness::kPageBytes);  // process, one segment of each table
    const Recording recording = read_kept(path).value();
    CHECK(recording.run.ending.exit_status == 3);
    CHECK(recording.run.wall_ns == 40 * kMillisecond);
    CHECK(recording.run.code_wall_ns == 39 * kMillisecond);
    CHECK(recording.run.peak_rss_bytes == 2 << 20);
    CHECK(recording.run.target == "a.py");
    CHECK(hits(recording) == 11);
  }

  TEST_CASE("while pyharness lives, it is a run that goes on") {
    const TemporaryDirectory directory;
    const std::string path = directory.path("kept");
    const KeptRun run(path);
    // By our clock of now the run began at some moment after the machine was started: nobody can say more.
    const std::optional<Recording> recording = read_kept(path);
    REQUIRE(recording);
    CHECK_FALSE(recording->run.ending.unknown);
    CHECK_FALSE(recording->run.ending.exit_status);
    CHECK(hits(*recording) == 11);
  }

  TEST_CASE("where pyharness was killed, the last note of it stands for the end") {
    const TemporaryDirectory directory;
    const std::string path = directory.path("kept");
    { KeptRun(path).file().note_alive(later(30)); }
    const Recording recording = read_kept(path).value();
    CHECK(recording.run.ending.unknown);
    CHECK(recording.run.wall_ns == 30 * kMillisecond);
    CHECK(hits(recording) == 11);
    CHECK(recording.run.processes.at(0).ending.unknown);
  }

  TEST_CASE("of two notes the later one counts, and none is a run of no time") {
    const TemporaryDirectory directory;
    const std::string path = directory.path("kept");
    {
      KeptRun run(path);
      for (const std::uint64_t ms : {10, 20, 30}) run.file().note_alive(later(ms));
    }
    CHECK(read_kept(path).value().run.wall_ns == 30 * kMillisecond);
    { const KeptRun run(path); }
    CHECK(read_kept(path).value().run.wall_ns <= kMillisecond);
  }

  TEST_CASE("what is no kept recording is left to other readers") {
    const TemporaryDirectory directory;
    CHECK_FALSE(read_kept(directory.write("a.json", "{}")));
    CHECK_FALSE(read_kept(directory.write("empty", "")));
    CHECK_FALSE(read_kept(directory.path("nowhere")));
    CHECK_FALSE(read_kept(directory.path()));
  }

  TEST_CASE("another layout is said to be one") {
    const TemporaryDirectory directory;
    const std::string path = directory.path("kept");
    {
      KeptRun run(path);
      end(run.file(), 0);
    }
    std::string bytes = pyharness::read_file(path).substr(0, pyharness::kPageBytes);
    ++bytes[offsetof(pyharness::ArenaHeader, layout_version)];
    directory.write("other", bytes);
    CHECK(contains(failure_of([&] { read_kept(directory.path("other")); }), "another version of pyharness"));
  }

  TEST_CASE("files that are cut short or scribbled on are read or refused, and harm nobody") {
    const TemporaryDirectory directory;
    const std::string path = directory.path("kept");
    {
      KeptRun run(path);
      end(run.file(), 0);
    }
    const std::string good = pyharness::read_file(path);
    for (std::size_t length = 0; length < good.size(); length += length < 1024 ? 37 : 1021) {
      directory.write("cut", good.substr(0, length));
      failure_of([&] { read_kept(directory.path("cut")); });
    }
    std::mt19937 random(4);  // NOLINT(cert-msc51-cpp): the same on every machine
    int refused = 0;
    constexpr int kRounds = 200;
    for (int round = 0; round < kRounds; ++round) {
      std::string bytes = good;
      for (int count = 0; count < 4; ++count) {
        const std::size_t at = 12 + random() % (random() % 2 == 0 ? 600 : bytes.size() - 12);
        bytes[at] = static_cast<char>(random() % 3 == 0 ? 0xFF : random());
      }
      directory.write("scribbled", bytes);
      refused += failure_of([&] { read_kept(directory.path("scribbled")); }).empty() ? 0 : 1;
    }
    CHECK(refused > 0);
    CHECK(refused < kRounds);
  }
}

TEST_SUITE("kept file") {
  TEST_CASE("it is made with the user's umask") {
    const TemporaryDirectory directory;
    const mode_t before = umask(027);
    { const KeptFile file(directory.path("kept")); }
    umask(before);
    struct stat status {};
    REQUIRE(stat(directory.path("kept").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0640);
  }

  TEST_CASE("an earlier one is replaced; a program, a link and one that is being written are not") {
    const TemporaryDirectory directory;
    const auto refusal = [&](const std::string& name) {
      return failure_of([&] { const KeptFile file(directory.path(name)); });
    };
    { const KeptRun run(directory.path("kept")); }
    CHECK(refusal("kept").empty());
    directory.write("empty", "");
    CHECK(refusal("empty").empty());
    const std::string script = directory.write("script.py", "print(1)\n");
    CHECK(contains(refusal("script.py"), "something else"));
    CHECK(pyharness::read_file(script) == "print(1)\n");
    std::filesystem::create_symlink(directory.path("empty"), directory.path("link"));
    std::filesystem::create_symlink(directory.path("nowhere"), directory.path("dangling"));
    CHECK(contains(refusal("link"), "symbolic link"));
    CHECK(contains(refusal("dangling"), "symbolic link"));
    CHECK_FALSE(std::filesystem::exists(directory.path("nowhere")));
    CHECK(contains(refusal("no/kept"), "No such file"));
    CHECK(contains(refusal(""), "something else"));
    const KeptRun running(directory.path("kept"));
    CHECK(contains(refusal("kept"), "another pyharness is writing"));
  }
}
