#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "profilers/profiler.h"

struct _object;  // PyObject, without Python.h

namespace pyharness {

/// What this process records: its profilers and its part of the arena. One per process, for as long as it lives; a
/// forked child goes on with it in a fresh part of the arena.
class Session {
 public:
  /// `argv` is python's command line. Throws Failure, except in a process that another one of the program has started:
  /// where the arena is full, that one runs unwatched.
  Session(ArenaWriter arena, HostPlan plan, std::span<char* const> argv);

  /// Hooks in that must see the interpreter start: after Py_PreInitialize. Throws Failure.
  void before_start();
  /// Hooks in. The interpreter runs, the program's code does not yet. Throws Failure.
  void install();
  void imports_begin() noexcept;
  void code_begins() noexcept;
  /// The program's code is over; the interpreter still stands.
  void code_ends() noexcept;

  /// Whether another process of the program has started this one.
  [[nodiscard]] bool is_child() const { return start_ == ProcessStart::kExec; }
  // for the pyharness module
  [[nodiscard]] const HostPlan& plan() const { return plan_; }
  [[nodiscard]] const ArenaWriter& arena() const { return arena_; }

  /// Before this process is forked for a repetition (repetitions.h).
  void prepare_repetition() noexcept;
  /// In it, when the arena is another one: records as if the host had only just begun.
  void begin_repetition();

  [[nodiscard]] bool paused() const { return paused_; }
  void pause() noexcept;
  void resume() noexcept;
  /// Enters a watched region: from the first one on, only such regions are booked.
  void enter_region() noexcept;
  void leave_region() noexcept;
  void mark_function(_object* function, const std::string& module) noexcept;
  /// Null where nothing is recorded.
  [[nodiscard]] NamedTimers* named_timers() const noexcept;

 private:
  void note_command_line();
  /// Whether the process's part of the arena is this process's: between vfork and exec it is the parent's.
  [[nodiscard]] bool is_own() const noexcept;
  void leave(std::uint32_t end) noexcept;
  void stay() noexcept;
  void prepare_fork() noexcept;
  void begin_in_child() noexcept;

  ArenaWriter arena_;
  HostPlan plan_;
  ClockSource clock_;
  ProcessStart start_;
  ProcessArea* area_;
  TextTable text_;
  std::string command_line_;  // its words, each with a 0 behind it; of a long one, the beginning
  std::vector<std::unique_ptr<Profiler>> profilers_;
  bool paused_;
  bool forks_repetition_ = false;
  bool any_region_ = false;
  int open_regions_ = 0;
};

}  // namespace pyharness
