#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "profilers/profiler.h"

struct _object;  // PyObject, without Python.h

namespace pyharness {

/// Host side: times calls of functions (--time, @pyharness.timer) and runs of blocks (`with pyharness.timer("load")`).
/// Until something is to be timed, no hook is in. All calls need the interpreter lock.
class NamedTimers {
 public:
  virtual ~NamedTimers() = default;
  /// Hooks in, where the plan has patterns. Throws Failure.
  virtual void install() = 0;
  /// As Profiler's: all profilers' hooks are in.
  virtual void imports_begin() noexcept {}
  virtual void code_begins() noexcept = 0;
  virtual void remove() noexcept = 0;
  virtual void detach() noexcept = 0;
  virtual void begin_in_child(ProcessArea& area) noexcept = 0;
  virtual void pause() noexcept = 0;
  virtual void resume() noexcept = 0;
  virtual void drop_all() noexcept = 0;

  /// Calls of `function`'s code are timed from now on, as `name`, or where that is empty by the function's own.
  /// `module` is its __module__.
  virtual void time_function(_object* function, const std::string& module, const std::string& name) noexcept = 0;
  /// What blocks of this name are booked to, for as long as the process lives; null where memory is out.
  virtual void* block_named(const std::string& name) noexcept = 0;
  /// A block begins, by the statement's object, in the running frame; and ends.
  virtual void enter_block(void* timer, _object* block) noexcept = 0;
  virtual void leave_block(_object* block) noexcept = 0;
};

/// The engine that the plan asks for, or else the best that works in this interpreter.
std::unique_ptr<NamedTimers> make_named_timers(const HostContext& context);
/// Hooks woven into the bytecode. In the static host, on 3.11.
std::unique_ptr<NamedTimers> make_timer_instrumenter(const HostContext& context);
/// The plain engine on 3.11.
std::unique_ptr<NamedTimers> make_timer_tracer(const HostContext& context);

}  // namespace pyharness
