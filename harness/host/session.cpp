#include "harness/host/session.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "harness/base/error.h"
#include "harness/base/pid_namespace.h"
#include "harness/cpython/current_instruction.h"
#include "harness/cpython/link_seams.h"
#include "harness/cpython/python.h"

namespace pyharness {
namespace {

// pthread_atfork and the link seams take plain functions.
Session* g_session = nullptr;

thread_local bool t_forks_with_lock = true;

std::uint64_t nanoseconds(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_usec) * 1000;
}

// A part of the arena of this process. The supervisor adds up those of processes that have ended, when it is told that
// there are more.
ProcessArea* begin_area(const ArenaWriter& arena, ProcessStart start, bool elsewhere) {
  constexpr std::uint32_t kWorthTelling = 32;
  ArenaHeader& header = arena.header();
  auto* area = arena.begin_process(static_cast<std::uint32_t>(getpid()), static_cast<std::uint32_t>(getppid()), start,
                                   elsewhere);
  const std::uint32_t before = header.processes_begun.fetch_add(1, std::memory_order_relaxed);
  // Elsewhere, or when it has ended, its process id is somebody else's.
  const bool is_there = !elsewhere && header.run.ended.load(std::memory_order_acquire) == 0;
  if (is_there && before % kWorthTelling == kWorthTelling - 1)
    kill(static_cast<pid_t>(header.run.supervisor_pid), SIGCHLD);
  return area;
}

// Where a process books whose part found no room in the arena: the refusal is counted there, what it does is lost.
ProcessArea g_nowhere;

// `inherited` is the answer of the process that this one was forked from.
bool is_elsewhere(const ArenaHeader& header, bool inherited) {
  const std::uint64_t own = own_pid_namespace();
  if (own == 0 || header.pid_namespace == 0) return inherited || getppid() == 0;
  return own != header.pid_namespace;
}

ProcessStart own_start(const ArenaHeader& header) {
  return header.newest_process.load(std::memory_order_relaxed) == 0 ? ProcessStart::kHost : ProcessStart::kExec;
}

}  // namespace

Session::Session(ArenaWriter arena, HostPlan plan, std::span<char* const> argv)
    : arena_(arena),
      plan_(std::move(plan)),
      clock_(static_cast<ClockSource>(arena.header().clock_source)),
      start_(own_start(arena.header())),
      area_(begin_area(arena, start_, is_elsewhere(arena.header(), false))),
      text_(arena),
      paused_(plan_.start_paused) {
  if (area_ == nullptr && start_ == ProcessStart::kHost) throw Failure("there is no memory for the recording.");
  if (area_ == nullptr) {
    area_ = &g_nowhere;
    plan_.modes.clear();
  }
  // A child's `python -c` is own code where the program itself is one: else it is what multiprocessing starts with.
  if (start_ == ProcessStart::kHost) plan_.watch.commands = true;
  constexpr std::size_t kMostCommandLine = 8192;
  for (const char* word : argv) command_line_.append(word).push_back('\0');
  command_line_.resize(std::min(command_line_.size(), kMostCommandLine));
  text_.begin(*area_);
  note_command_line();
  for (const std::string& mode : plan_.modes)
    profilers_.push_back(make_profiler(mode, {plan_, arena_, area_, text_, clock_}));
}

void Session::note_command_line() { area_->argv = text_.add(command_line_); }

void Session::before_start() {
  for (const auto& profiler : profilers_) profiler->before_start();
}

void Session::install() {
  g_session = this;
  link_seams().code_ended = [] { g_session->code_ends(); };
  link_seams().exiting = [](int status) { g_session->leave(process_end::kExited | (status & 0xFF)); };
  link_seams().exec_begins = [] { g_session->leave(process_end::kReplaced); };
  link_seams().exec_failed = [] { g_session->stay(); };
  link_seams().child_killed = [](pid_t pid, int signal) {
    const auto id = static_cast<std::uint32_t>(pid);
    g_session->arena_.header().killed[id % kKilledSlots] = std::uint64_t{id} << 32 | static_cast<std::uint32_t>(signal);
  };
  // The last handler of exit(): it was registered first.
  on_exit(
      [](int status, void*) {
        ProcessArea& area = *g_session->area_;
        if (g_session->is_own()) area.end.store(process_end::kExited | (status & 0xFF), std::memory_order_release);
      },
      nullptr);
  for (const auto& profiler : profilers_) profiler->install();
  open_link_seams();
  if (profilers_.empty()) return;
  pthread_atfork([] { g_session->prepare_fork(); }, nullptr, [] { g_session->begin_in_child(); });
}

bool Session::is_own() const noexcept { return static_cast<pid_t>(area_->pid) == getpid(); }

void Session::leave(std::uint32_t end) noexcept {
  if (!is_own()) return;  // between vfork and exec
  area_->exit_ticks.store(read_clock(clock_), std::memory_order_relaxed);
  area_->end.store(end, std::memory_order_release);
}

void Session::stay() noexcept {
  if (!is_own()) return;
  area_->end.store(0, std::memory_order_relaxed);
  area_->exit_ticks.store(0, std::memory_order_release);
}

void Session::imports_begin() noexcept {
  for (const auto& profiler : profilers_) profiler->imports_begin();
}

void Session::code_begins() noexcept {
  for (const auto& profiler : profilers_) profiler->code_begins();
  area_->code_begin_ticks = read_clock(clock_);
}

void Session::code_ends() noexcept {
  const Ticks now = read_clock(clock_);
  for (const auto& profiler : profilers_) profiler->code_ends();
  rusage children{};
  getrusage(RUSAGE_CHILDREN, &children);
  area_->children_user_ns = nanoseconds(children.ru_utime);
  area_->children_system_ns = nanoseconds(children.ru_stime);
  area_->code_end_ticks.store(now, std::memory_order_release);
}

void Session::prepare_repetition() noexcept {
  forks_repetition_ = true;
  for (const auto& profiler : profilers_) profiler->prepare_fork();
}

void Session::begin_repetition() {
  forks_repetition_ = false;
  area_ = begin_area(arena_, start_, is_elsewhere(arena_.header(), false));
  if (area_ == nullptr) area_ = &g_nowhere;
  text_.begin(*area_);
  note_command_line();
  for (const auto& profiler : profilers_) profiler->begin_in_child(*area_);
}

void Session::prepare_fork() noexcept {
  if (forks_repetition_) return;
  // A C library may fork while other threads run Python. Such a child cannot run Python itself; we only must not touch
  // anything.
  t_forks_with_lock = has_interpreter_lock();
  if (!t_forks_with_lock) return;
  area_->forks.fetch_add(1, std::memory_order_relaxed);
  for (const auto& profiler : profilers_) profiler->prepare_fork();
}

void Session::begin_in_child() noexcept {
  if (forks_repetition_) return;
  if (!t_forks_with_lock || plan_.follow.empty()) {
    if (t_forks_with_lock) area_->forks.fetch_sub(1, std::memory_order_release);
    area_ = &g_nowhere;
    for (const auto& profiler : profilers_) profiler->detach();
    return;
  }
  ProcessArea& parent = *area_;
  ProcessArea* area = begin_area(arena_, ProcessStart::kFork, is_elsewhere(arena_.header(), parent.elsewhere != 0));
  area_ = area == nullptr ? &g_nowhere : area;
  area_->code_begin_ticks = read_clock(clock_);
  text_.begin(*area_);
  for (const auto& profiler : profilers_) profiler->begin_in_child(*area_);
  parent.forks.fetch_sub(1, std::memory_order_release);  // it may be given back, where the parent has ended meanwhile
}

void Session::pause() noexcept {
  if (paused_) return;
  paused_ = true;
  for (const auto& profiler : profilers_) profiler->pause();
}

void Session::resume() noexcept {
  if (!paused_) return;
  paused_ = false;
  for (const auto& profiler : profilers_) profiler->resume();
}

void Session::enter_region() noexcept {
  if (!any_region_) {
    any_region_ = true;
    for (const auto& profiler : profilers_) profiler->drop_all();
  }
  if (open_regions_++ == 0) resume();
}

void Session::leave_region() noexcept {
  if (open_regions_ > 0 && --open_regions_ == 0) pause();
}

NamedTimers* Session::named_timers() const noexcept {
  for (const auto& profiler : profilers_) {
    if (NamedTimers* timers = profiler->named_timers(); timers != nullptr) return timers;
  }
  return nullptr;
}

void Session::mark_function(PyObject* function, const std::string& module) noexcept {
  for (const auto& profiler : profilers_) profiler->mark_function(function, module);
}

}  // namespace pyharness
