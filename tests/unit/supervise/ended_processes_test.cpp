#include "harness/supervise/ended_processes.h"
#include "harness/supervise/arena_file.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "harness/base/clock.h"
#include "harness/record/arena_writer.h"
#include "harness/record/json.h"

using pyharness::ArenaFile;
using pyharness::ArenaReader;
using pyharness::ClockPair;
using pyharness::EndedProcesses;
using pyharness::kPageBytes;
using pyharness::ProcessArea;
using pyharness::ProcessInfo;
using pyharness::ProcessStart;
using pyharness::Recording;

namespace {

/// The process id of a child that has ended.
pid_t gone() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  return child;
}

/// A child that waits to be killed.
class Waiting {
 public:
  Waiting() : pid_(fork()) {
    if (pid_ == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);  // where the test crashes
    while (pid_ == 0) pause();
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    kill_it();
    waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }
  void kill_it() const { kill(pid_, SIGKILL); }
  /// Ended, but its parent has not been told.
  void wait_for_end() const {
    siginfo_t ignored{};
    waitid(P_PID, static_cast<id_t>(pid_), &ignored, WEXITED | WNOWAIT);
  }

 private:
  pid_t pid_;
};

pyharness::RunContext line_context() {
  pyharness::RunContext context;
  context.modes = {"line"};
  return context;
}

/// A run of this process as its host, whose children are recorded by hand: each hits one line once.
class Run {
 public:
  Run()
      : context_(line_context()),
        file_({}, context_, ""),
        ended_(file_.writer(), context_, ClockPair::now(context_.clock)) {
    begin(getpid(), ProcessStart::kHost);
  }

  ProcessArea* begin(pid_t pid, ProcessStart start = ProcessStart::kFork) {
    const pyharness::ArenaWriter arena = file_.writer();
    ProcessArea* area = arena.begin_process(static_cast<std::uint32_t>(pid), 1, start);
    REQUIRE(area != nullptr);
    pyharness::TableWriter<pyharness::FunctionEntry> functions(arena, *area, pyharness::TableKind::kFunctions);
    pyharness::TableWriter<pyharness::LineEntry> lines(arena, *area, pyharness::TableKind::kLines);
    std::uint32_t index = 0;
    functions.reserve(1, index)->line_entries = 1;
    *lines.reserve(1, index) = {3, 0, 1, 12, 0, 0};
    functions.publish();
    lines.publish();
    return area;
  }

  void add_up() { ended_.add_up(getpid()); }
  [[nodiscard]] const Recording& sum() const { return ended_.sum(); }
  [[nodiscard]] std::int64_t hits() const {
    const auto* lines = sum().find<pyharness::LineTable>("line");
    return lines == nullptr ? 0 : lines->functions.at(0).rows.at(0).values.at(0);
  }
  /// Process ids in the arena, newest first.
  [[nodiscard]] std::vector<pid_t> left() const {
    std::vector<pid_t> ids;
    for (const ProcessArea* area : ArenaReader(file_.bytes()).processes()) ids.push_back(static_cast<pid_t>(area->pid));
    return ids;
  }
  [[nodiscard]] ArenaReader reader() const { return ArenaReader(file_.bytes()); }
  [[nodiscard]] pyharness::ArenaHeader& header() const { return file_.writer().header(); }

 private:
  pyharness::RunContext context_;
  ArenaFile file_;
  EndedProcesses ended_;
};

}  // namespace

TEST_SUITE("ended processes") {
  TEST_CASE("those that have ended are added up and leave the arena; the host, the newest and the living stay") {
    const Waiting living;
    Run run;
    const pid_t first = gone();
    const pid_t second = gone();
    const pid_t newest = gone();
    run.begin(first)->end = pyharness::process_end::kExited | 7;
    run.begin(living.pid());
    run.begin(second, ProcessStart::kExec)->end = pyharness::process_end::kReplaced;
    run.begin(newest);
    run.add_up();
    CHECK(run.hits() == 2);
    CHECK(run.left() == std::vector<pid_t>{newest, living.pid(), getpid()});
    const auto& listed = run.sum().run.processes;
    REQUIRE(listed.size() == 2);
    CHECK(listed[0].pid == first);
    CHECK(listed[0].ending.exit_status == 7);
    CHECK((listed[1].state == ProcessInfo::State::kReplaced));
    CHECK((listed[1].start == ProcessInfo::Start::kExec));
  }

  TEST_CASE("nothing to add up is nothing done") {
    Run run;
    run.begin(gone());
    run.add_up();
    CHECK(run.sum().sections.empty());
    CHECK(run.header().sums_begun == 0);
    CHECK(run.left().size() == 2);
  }

  TEST_CASE("a child that nobody has waited for has ended, and the system knows how") {
    const Waiting child;
    Run run;
    run.begin(child.pid());
    run.begin(gone());
    run.add_up();
    CHECK(run.hits() == 0);
    child.kill_it();
    child.wait_for_end();
    run.add_up();
    CHECK(run.hits() == 1);
    REQUIRE(run.sum().run.processes.size() == 1);
    CHECK(run.sum().run.processes[0].ending.signal == SIGKILL);
  }

  TEST_CASE("one that was killed says by what where its parent was told") {
    Run run;
    const pid_t child = gone();
    run.begin(child);
    run.begin(gone());
    run.header().killed[static_cast<std::size_t>(child) % pyharness::kKilledSlots] =
        static_cast<std::uint64_t>(child) << 32 | SIGTERM;
    run.add_up();
    REQUIRE(run.sum().run.processes.size() == 1);
    CHECK(run.sum().run.processes[0].ending.signal == SIGTERM);
  }

  TEST_CASE("who reads the arena finds the sum") {
    Run run;
    CHECK(pyharness::read_ended_processes(run.reader()).run.processes.empty());
    for (int i = 0; i < 5; ++i) run.begin(gone());
    run.add_up();
    CHECK(to_json(pyharness::read_ended_processes(run.reader())) == to_json(run.sum()));
    CHECK(run.header().sums_begun == run.header().sums_ended);
    run.header().ended_processes = run.header().bytes - 4;
    CHECK(pyharness::read_ended_processes(run.reader()).run.processes.empty());
  }

  TEST_CASE("many take the room of those that live at a time, their sum included") {
    Run run;
    const pid_t child = gone();
    constexpr int kRounds = 100;
    for (int i = 0; i < kRounds; ++i) {
      for (int k = 0; k < 8; ++k) run.begin(child);
      run.add_up();
    }
    CHECK(run.hits() == kRounds * 8 - 1);
    CHECK(run.sum().run.processes.size() == kRounds * 8 - 1);
    CHECK(run.header().refused_bytes == 0);
    // Not used again, they would take 2,400 pages, and the sums as many.
    CHECK(run.header().next_free < 300 * kPageBytes);
  }

  TEST_CASE("extents that were scribbled on are left alone") {
    Run run;
    ProcessArea* area = run.begin(gone());
    area->extents[0] = {0, 1};
    area->extents[1] = {run.header().bytes - kPageBytes, 1000};
    area->extents_used = 0xFFFF'FFFF;
    run.begin(gone());
    run.add_up();
    CHECK(run.hits() == 1);
    CHECK(run.header().magic == pyharness::kArenaMagic);
  }
}
