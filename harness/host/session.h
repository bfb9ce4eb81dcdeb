#pragma once

#include <memory>
#include <vector>

#include "profilers/profiler.h"

struct _object;  // PyObject, without Python.h

namespace pyharness {

/// What this process records: its profilers and its part of the arena. One per process, for as long as it lives; a
/// forked child goes on with it in a fresh part of the arena.
class Session {
 public:
  Session(ArenaWriter arena, HostPlan plan);

  /// Hooks in that must see the interpreter start: after Py_PreInitialize. Throws Failure.
  void before_start();
  /// Hooks in. The interpreter runs, the program's code does not yet. Throws Failure.
  void install();
  void code_begins() noexcept;
  /// The program's code is over; the interpreter still stands.
  void code_ends() noexcept;

  // for the pyharness module
  [[nodiscard]] const HostPlan& plan() const { return plan_; }
  [[nodiscard]] bool paused() const { return paused_; }
  void pause() noexcept;
  void resume() noexcept;
  /// Enters a watched region: from the first one on, only such regions are booked.
  void enter_region() noexcept;
  void leave_region() noexcept;
  void mark_code(_object* code, const std::string& module) noexcept;

 private:
  void prepare_fork() noexcept;
  void begin_in_child() noexcept;

  ArenaWriter arena_;
  HostPlan plan_;
  ClockSource clock_;
  ProcessArea* area_;
  TextTable text_;
  std::vector<std::unique_ptr<Profiler>> profilers_;
  bool paused_;
  bool any_region_ = false;
  int open_regions_ = 0;
};

}  // namespace pyharness
