#include "harness/base/output.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/nameless_file.h"
#include "tests/support/failure.h"
#include "tests/support/temporary_directory.h"

namespace fs = std::filesystem;
using pyharness::Descriptor;
using pyharness::Output;
using pyharness::read_file;
using pyharness::testing::contains;
using pyharness::testing::failure_of;
using pyharness::testing::TemporaryDirectory;

namespace {

void write(const std::string& path, const std::string& content) {
  Output output = Output::open(path);
  output.write(content);
  output.commit();
}

}  // namespace

TEST_SUITE("output") {
  TEST_CASE("a file appears whole at commit, and nothing beside it") {
    const TemporaryDirectory directory;
    const std::string path = directory.path("a.json");
    {
      Output output = Output::open(path);
      output.write("one ");
      output.write("two");
      CHECK_FALSE(fs::exists(path));
      CHECK(output.label() == path);
      CHECK_FALSE(output.is_terminal());
      output.commit();
    }
    CHECK(read_file(path) == "one two");
    CHECK(directory.entries() == 1);
  }

  TEST_CASE("without commit nothing is left behind and the old file stays") {
    const TemporaryDirectory directory;
    const std::string path = directory.write("a.json", "old");
    {
      Output output = Output::open(path);
      output.write("new");
    }
    CHECK(read_file(path) == "old");
    CHECK(directory.entries() == 1);
  }

  TEST_CASE("an old file is replaced, never written in") {
    const TemporaryDirectory directory;
    const std::string path = directory.write("a.json", "a much longer old content");
    fs::create_hard_link(path, directory.path("other"));
    write(path, "new");
    CHECK(read_file(path) == "new");
    CHECK(read_file(directory.path("other")) == "a much longer old content");
    CHECK(directory.entries() == 2);
  }

  TEST_CASE("a symbolic link stays one, and what it names is replaced") {
    const TemporaryDirectory directory;
    const std::string real = directory.write("deep/real.json", "old");
    fs::create_symlink("deep/real.json", directory.path("link.json"));
    write(directory.path("link.json"), "new");
    CHECK(fs::is_symlink(directory.path("link.json")));
    CHECK(read_file(real) == "new");
  }

  TEST_CASE("a symbolic link to nothing yet stays one, and what it names is made") {
    const TemporaryDirectory directory;
    fs::create_symlink("later.json", directory.path("link.json"));
    write(directory.path("link.json"), "new");
    CHECK(fs::is_symlink(directory.path("link.json")));
    CHECK(fs::exists(directory.path("later.json")));
  }

  TEST_CASE("permissions follow the umask") {
    const TemporaryDirectory directory;
    for (const mode_t mask : {022, 077, 0}) {
      const mode_t before = umask(mask);
      const std::string path = directory.path("mode" + std::to_string(mask));
      write(path, "x");
      umask(before);
      struct stat status {};
      REQUIRE(stat(path.c_str(), &status) == 0);
      CHECK((status.st_mode & 0777) == (0666 & ~mask));
    }
  }

  TEST_CASE("a path relative to the working directory stays where it was when the program changes it") {
    const TemporaryDirectory directory;
    const fs::path before = fs::current_path();
    fs::current_path(directory.path());
    Output output = Output::open("a.json");
    fs::current_path("/");
    output.write("x");
    output.commit();
    fs::current_path(before);
    CHECK(read_file(directory.path("a.json")) == "x");
  }

  TEST_CASE("a bad path fails at once with a sentence that names it") {
    const TemporaryDirectory directory;
    directory.write("file", "x");
    CHECK(contains(failure_of([&] { Output::open(directory.path()); }), directory.path() + ": it is a directory"));
    CHECK(contains(failure_of([&] { Output::open(directory.path("no/a.json")); }), "no such directory"));
    CHECK_FALSE(failure_of([&] { Output::open(directory.path("file/a.json")); }).empty());
    CHECK_FALSE(failure_of([&] { Output::open(directory.path() + "/"); }).empty());
    CHECK_FALSE(failure_of([&] { Output::open(""); }).empty());
  }

  TEST_CASE("a name too long is refused at once, and the longest that the system takes is written") {
    const TemporaryDirectory directory;
    CHECK_FALSE(failure_of([&] { Output::open(directory.path(std::string(300, 'x'))); }).empty());
    CHECK(failure_of([&] { write(directory.path(std::string(250, 'x')), "x"); }).empty());
  }

  TEST_CASE("a file that must not be written is refused at once") {
    const TemporaryDirectory directory;
    const std::string path = directory.write("a.json", "old");
    fs::permissions(path, fs::perms::owner_read);
    if (geteuid() != 0) CHECK(contains(failure_of([&] { Output::open(path); }), "Permission denied"));
  }

  TEST_CASE("a directory that is gone at commit is said, and nothing is left") {
    const TemporaryDirectory directory;
    fs::create_directory(directory.path("gone"));
    Output output = Output::open(directory.path("gone/a.json"));
    output.write("x");
    fs::remove_all(directory.path("gone"));
    CHECK(contains(failure_of([&] { output.commit(); }), "cannot write"));
  }

  TEST_CASE("devices and pipes are written to as they are") {
    write("/dev/null", "nothing");
    CHECK(fs::is_character_file("/dev/null"));
    CHECK(contains(failure_of([] { write("/dev/full", "x"); }), "No space left"));

    const TemporaryDirectory directory;
    const std::string path = directory.path("pipe");
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    const int reader = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(reader >= 0);
    write(path, "through the pipe");
    char buffer[64] = {};
    CHECK(read(reader, buffer, sizeof buffer) == 16);
    close(reader);
    CHECK(std::string(buffer) == "through the pipe");
    CHECK(fs::is_fifo(path));
  }

  TEST_CASE("a descriptor of the caller's stays open") {
    const TemporaryDirectory directory;
    const int descriptor = open(directory.path("a").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    {
      Output output = Output::on_descriptor(descriptor, "stderr");
      output.write("x");
      output.commit();
    }
    CHECK(fcntl(descriptor, F_GETFD) >= 0);
    write("/dev/fd/" + std::to_string(descriptor), "y");
    CHECK(read_file(directory.path("a")).find('y') != std::string::npos);
    close(descriptor);
  }

  TEST_CASE("an output can be moved, and memory needs no commit") {
    const TemporaryDirectory directory;
    Output first = Output::open(directory.path("a"));
    first.write("x");
    Output second = std::move(first);
    second.commit();
    CHECK(read_file(directory.path("a")) == "x");
    Output memory = Output::in_memory();
    memory.write("kept");
    memory.commit();
    CHECK(memory.bytes() == "kept");
  }

  TEST_CASE("a file that cannot be read is said") {
    CHECK(contains(failure_of([] { read_file("/no/such/file"); }), "cannot read /no/such/file: No such file"));
    CHECK(contains(failure_of([] { read_file("/"); }), "cannot read /"));
  }

  TEST_CASE("where no file is nameless, one stands aside under a name and is gone at the end") {
    const TemporaryDirectory directory;
    const std::string path = directory.write("a.json", "old");
    {
      Output output = Output::open(path, Output::Aside::kNamed);
      CHECK(directory.entries() == 2);
      output.write("new");
      output.commit();
    }
    CHECK(read_file(path) == "new");
    { const Output dropped = Output::open(path, Output::Aside::kNamed); }
    CHECK(read_file(path) == "new");
    CHECK(directory.entries() == 1);
  }

  TEST_CASE("a replaced file keeps its permissions, without those of a program that becomes another user") {
    const TemporaryDirectory directory;
    for (const auto aside : {Output::Aside::kNameless, Output::Aside::kNamed}) {
      const std::string path = directory.write("a.json", "old");
      REQUIRE(chmod(path.c_str(), 04640) == 0);
      Output output = Output::open(path, aside);
      output.commit();
      struct stat status {};
      REQUIRE(stat(path.c_str(), &status) == 0);
      CHECK((status.st_mode & 07777) == 0640);
    }
  }

  TEST_CASE("a directory that was removed and made anew is written in, one that was moved as well") {
    const TemporaryDirectory directory;
    fs::create_directory(directory.path("out"));
    fs::create_directory(directory.path("moved"));
    Output first = Output::open(directory.path("out/a.json"));
    Output second = Output::open(directory.path("moved/a.json"));
    fs::remove(directory.path("out"));
    fs::create_directory(directory.path("out"));
    fs::rename(directory.path("moved"), directory.path("there"));
    first.commit();
    second.commit();
    CHECK(fs::exists(directory.path("out/a.json")));
    CHECK(fs::exists(directory.path("there/a.json")));
  }

  TEST_CASE("links that lead to themselves are an error, a chain of them is followed") {
    const TemporaryDirectory directory;
    fs::create_directory(directory.path("deep"));
    fs::create_symlink("deep/second", directory.path("first"));
    fs::create_symlink("../third", directory.path("deep/second"));
    fs::create_symlink("loop", directory.path("loop"));
    write(directory.path("first"), "x");
    CHECK(fs::is_regular_file(fs::symlink_status(directory.path("third"))));
    CHECK(contains(failure_of([&] { Output::open(directory.path("loop")); }), "Too many levels"));
  }

  TEST_CASE("a pipe that nobody reads is an error, and no signal") {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    close(ends[0]);
    CHECK(pyharness::write_all(ends[1], "x") == EPIPE);
    Output output = Output::on_descriptor(ends[1], "pipe");
    output.write("x");
    CHECK_THROWS_AS(output.commit(), pyharness::BrokenPipe);
    close(ends[1]);
  }

  TEST_CASE("a file at its limit is an error, and no signal") {
    const TemporaryDirectory directory;
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit small = before;
    small.rlim_cur = 10;
    Output output = Output::open(directory.path("a"));
    output.write("more than ten bytes");
    setrlimit(RLIMIT_FSIZE, &small);
    const std::string said = failure_of([&] { output.commit(); });
    const Descriptor nameless(pyharness::open_nameless_file("test"));
    const int error = pyharness::begin_file(nameless.get(), "more than ten bytes", 4096);
    setrlimit(RLIMIT_FSIZE, &before);
    CHECK(contains(said, "File too large. Raise the limit on the size of files (ulimit -f)."));
    CHECK(error == 0);                               // only the hard limit counts
    CHECK(lseek(nameless.get(), 0, SEEK_CUR) == 0);  // the position tells a host what it is called
    CHECK(lseek(nameless.get(), 0, SEEK_END) == 4096);
    sigset_t pending;
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGXFSZ) == 0);
  }

  TEST_CASE("what a killed run left aside is removed by the next, what a living one has stays") {
    const TemporaryDirectory directory;
    const pid_t dead = fork();
    if (dead == 0) _exit(0);
    waitpid(dead, nullptr, 0);
    const std::string left = directory.write(".a.json.pyharness-" + std::to_string(dead) + "-0123456789abcdef", "x");
    const std::string alive =
        directory.write(".a.json.pyharness-" + std::to_string(getpid()) + "-0123456789abcdef", "x");
    const std::string other = directory.write(".b.json.pyharness-" + std::to_string(dead) + "-0123456789abcdef", "x");
    { const Output output = Output::open(directory.path("a.json"), Output::Aside::kNamed); }
    CHECK_FALSE(fs::exists(left));
    CHECK(fs::exists(alive));
    CHECK(fs::exists(other));
  }
}
