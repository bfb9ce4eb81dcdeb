#pragma once

#include <sys/resource.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/record/arena_reader.h"
#include "harness/record/arena_writer.h"
#include "harness/record/host_plan.h"
#include "harness/record/recording.h"
#include "harness/record/text_table.h"

struct _object;  // PyObject, without Python.h

namespace pyharness {

class NamedTimers;

/// What a profiler occupies; two that claim the same cannot run together.
enum class Hook : unsigned { kNone = 0, kTracing = 1, kAllocators = 2 };  // kTracing: events of calls or lines

/// One process of the program, as it was seen.
struct SeenProcess {
  const ProcessArea* area;
  /// When it ended, or now: what is open is closed with it. 0 where nobody saw the end: when it was last seen to move.
  Ticks ended;
};

inline const std::map<std::string, EventCosts> kNoCosts;

/// What the supervisor knows when it turns an arena into a recording.
struct CollectContext {
  const ArenaReader& arena;
  std::span<const SeenProcess> processes;  // those whose figures are asked for
  Ticks latest;                            // nothing happened after
  TickScale scale;
  const rusage& usage;                                        // of the program and the children that it waited for
  const std::map<std::string, EventCosts>& costs = kNoCosts;  // of the hooks, by mode, where they are known
};

/// A mechanism that a profiler can work by.
struct EngineInfo {
  std::string_view name;     // as in --engine MODE=NAME
  std::string_view summary;  // as `pyharness list` shows it
  int first_minor = 0;       // of the interpreters that it works in, "3.MINOR"
  int last_minor = 99;
  bool built_in_only = false;  // it needs the interpreter that is inside the default host
};

/// An option of `run` that belongs to a profiler: refused where none of the modes has it.
struct OptionInfo {
  std::string_view name;   // without the dashes
  std::string_view value;  // what stands for its value in the help; empty where it takes none
  std::string_view help;   // one line
};

/// A profiler as data, in both executables: for --help, `pyharness list`, the checks of the plan, and the collecting.
struct ProfilerInfo {
  std::string_view name;     // the word after --mode=, and the section's name
  std::string_view summary;  // one line
  /// At least one for each interpreter; the first that works there is taken where --engine says nothing.
  std::span<const EngineInfo> engines;
  std::span<const OptionInfo> options;
  std::string_view shape;  // the kind of data: "line table"
  Hook claims = Hook::kNone;
  /// Appends its section. Supervisor side; the arena is not to be trusted.
  void (*collect)(const CollectContext&, Recording&) = nullptr;
  /// Once the sections of all processes are together; may be null.
  void (*finish)(Recording&) = nullptr;
};

/// Whether two of them can run at the same time.
[[nodiscard]] constexpr bool go_together(const ProfilerInfo& a, const ProfilerInfo& b) {
  return a.claims == Hook::kNone || a.claims != b.claims;
}

/// In the order of `pyharness list`.
std::span<const ProfilerInfo> all_profilers();
/// Null where there is none of this name.
const ProfilerInfo* find_profiler(std::string_view name);

/// What a profiler is given in the host.
struct HostContext {
  const HostPlan& plan;
  ArenaWriter arena;
  ProcessArea* area;  // this process's part
  TextTable& text;    // its names
  ClockSource clock;
};

/// The cold half, in the host. Made before the interpreter starts; everything from install() on is called under the
/// interpreter lock, in this order.
class Profiler {
 public:
  virtual ~Profiler() = default;
  /// CPython is pre-initialised: its memory allocators are chosen and nothing else is there. For hooks that must see
  /// the interpreter start. Throws Failure.
  virtual void before_start() {}
  /// Hooks in, before any code of the program. Throws Failure.
  virtual void install() = 0;
  /// Before code_begins(), in a process whose forks the program's runs are (repetitions.h): what the program imports
  /// first is imported, once for all of them.
  virtual void imports_begin() noexcept {}
  /// The interpreter has started; what runs from now on is the program's.
  virtual void code_begins() noexcept {}
  /// The program's code is over, its atexit handlers too; the interpreter still stands. Its other threads may run on.
  virtual void code_ends() noexcept {}
  /// Hooks out; safe to call twice.
  virtual void remove() noexcept = 0;
  virtual void prepare_fork() noexcept {}
  /// In a forked child that must not book: it was forked without the interpreter lock, so nothing here can be trusted.
  virtual void detach() noexcept {}
  /// In a forked child, before any Python code runs there: books into `area` from now on, with all counts at zero.
  virtual void begin_in_child(ProcessArea& /*area*/) noexcept {}
  virtual void pause() noexcept {}
  virtual void resume() noexcept {}
  /// Sets all counts to zero.
  virtual void drop_all() noexcept {}
  /// `function` was decorated with @profile.
  virtual void mark_function(_object* /*function*/, const std::string& /*module*/) noexcept {}
  /// Who times functions and blocks by name; null where this one does not.
  virtual NamedTimers* named_timers() noexcept { return nullptr; }
};

/// Host side. `name` must be one of all_profilers().
std::unique_ptr<Profiler> make_profiler(std::string_view name, const HostContext& context);

}  // namespace pyharness
