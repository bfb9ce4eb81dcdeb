#include "harness/host/session.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "harness/base/error.h"
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

ProcessArea* begin_area(const ArenaWriter& arena) {
  return arena.begin_process(static_cast<std::uint32_t>(getpid()), static_cast<std::uint32_t>(getppid()));
}

}  // namespace

Session::Session(ArenaWriter arena, HostPlan plan)
    : arena_(arena),
      plan_(std::move(plan)),
      clock_(static_cast<ClockSource>(arena.header().clock_source)),
      area_(begin_area(arena)),
      text_(arena),
      paused_(plan_.start_paused) {
  if (area_ == nullptr) throw Failure("there is no memory for the recording.");
  text_.begin(*area_);
  for (const std::string& mode : plan_.modes)
    profilers_.push_back(make_profiler(mode, {plan_, arena_, area_, text_, clock_}));
}

void Session::before_start() {
  for (const auto& profiler : profilers_) profiler->before_start();
}

void Session::install() {
  g_session = this;
  link_seams().code_ended = [] { g_session->code_ends(); };
  link_seams().exiting = [] {
    ProcessArea& area = *g_session->area_;
    if (static_cast<pid_t>(area.pid) == getpid())
      area.exit_ticks.store(read_clock(g_session->clock_), std::memory_order_release);
  };
  for (const auto& profiler : profilers_) profiler->install();
  open_link_seams();
  if (profilers_.empty()) return;
  pthread_atfork([] { g_session->prepare_fork(); }, nullptr, [] { g_session->begin_in_child(); });
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

void Session::prepare_fork() noexcept {
  // A C library may fork while other threads run Python. Such a child cannot run Python itself; we only must not touch
  // anything.
  t_forks_with_lock = has_interpreter_lock();
  if (!t_forks_with_lock) return;
  for (const auto& profiler : profilers_) profiler->prepare_fork();
}

void Session::begin_in_child() noexcept {
  static ProcessArea nowhere;  // no room in the arena: the refusal is counted there, and what the child does is lost
  if (!t_forks_with_lock) {
    area_ = &nowhere;
    for (const auto& profiler : profilers_) profiler->detach();
    return;
  }
  ProcessArea* area = begin_area(arena_);
  area_ = area == nullptr ? &nowhere : area;
  area_->code_begin_ticks = read_clock(clock_);
  text_.begin(*area_);
  for (const auto& profiler : profilers_) profiler->begin_in_child(*area_);
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

void Session::mark_code(PyObject* code, const std::string& module) noexcept {
  for (const auto& profiler : profilers_) profiler->mark_code(code, module);
}

}  // namespace pyharness
