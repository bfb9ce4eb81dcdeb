#pragma once

#include <ostream>
#include <string>

#include "profilers/profile/call_recorder.h"
#include "profilers/profile/profile_collect.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_arena.h"

namespace pyharness::testing {

/// One tick is one nanosecond.
inline CallGraph collected_calls(const ArenaReader& reader, Ticks ended) {
  const rusage usage{};
  Recording recording;
  collect_profile({reader, seen(reader, ended), ended, TickScale(), usage}, recording);
  return std::get<CallGraph>(recording.sections.at(0).data);
}

struct CallNumbers {
  std::uint64_t calls = 0;
  std::uint64_t primitive = 0;
  std::uint64_t self = 0;
  std::uint64_t cumulative = 0;
  bool operator==(const CallNumbers&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const CallNumbers& n) {
    return out << n.calls << "/" << n.primitive << " calls, " << n.self << " of " << n.cumulative << " ns";
  }
};

inline CallNumbers numbers(const CallCosts& costs) {
  return {costs.calls, costs.primitive_calls, costs.self_ns, costs.cumulative_ns};
}

inline std::uint32_t function_index(const CallGraph& graph, const std::string& name) {
  for (std::uint32_t i = 0; i < graph.functions.size(); ++i) {
    if (graph.functions[i].key.name == name) return i;
  }
  return kNoIndex;
}

/// Zeros where it is not there.
inline CallNumbers function_numbers(const CallGraph& graph, const std::string& name) {
  const std::uint32_t index = function_index(graph, name);
  return index == kNoIndex ? CallNumbers{} : numbers(graph.functions[index].costs);
}

inline CallNumbers edge_numbers(const CallGraph& graph, const std::string& caller, const std::string& callee) {
  for (const CallGraph::Edge& edge : graph.edges) {
    if (edge.caller == function_index(graph, caller) && edge.callee == function_index(graph, callee))
      return numbers(edge.costs);
  }
  return {};
}

/// A recorder under a manual clock, with an arena and one thread. A call's key is whatever the test says.
struct CallBench {
  using Recorder = CallRecorder<ManualClock>;
  using Callee = CallBook::Callee;

  explicit CallBench(std::size_t bytes = std::size_t{1} << 20)
      : arena(bytes), text(arena.writer()), recorder(arena.writer(), text) {
    ManualClock::time = 1000;
    area = arena.writer().begin_process(1, 0);
    text.begin(*area);
    recorder.begin(*area);
    thread = recorder.begin_thread(1, ManualClock::now());
  }

  Callee& function(const std::string& name, std::uint32_t line = 1, std::uint64_t variant = 0) {
    return *recorder.add_callee({"/own/a.py", line, name, variant});
  }

  /// The function is called, and runs for `ticks` before anything else happens.
  void enter(CallKey key, Callee& callee, Ticks ticks = 0) {
    recorder.enter(*thread, key, callee);
    ManualClock::advance(ticks);
  }
  /// It returns; its caller runs on for `ticks`.
  bool leave(CallKey key, Ticks ticks = 0) {
    const bool on_top = recorder.leave(*thread, key);
    ManualClock::advance(ticks);
    return on_top;
  }
  ProcessArea* fork() {
    recorder.prepare_fork(thread);
    ProcessArea* child = arena.writer().begin_process(2, 1);
    text.begin(*child);
    recorder.begin_in_child(*child, thread, ManualClock::now());
    return child;
  }

  [[nodiscard]] CallGraph graph() const { return collected_calls(arena.reader(), ManualClock::now()); }
  [[nodiscard]] CallNumbers at(const std::string& name) const { return function_numbers(graph(), name); }
  [[nodiscard]] CallNumbers at(const std::string& caller, const std::string& callee) const {
    return edge_numbers(graph(), caller, callee);
  }
  [[nodiscard]] std::uint64_t lost(Loss loss) const { return area->losses[static_cast<std::size_t>(loss)].load(); }

  TestArena arena;
  ProcessArea* area = nullptr;
  TextTable text;
  Recorder recorder;
  CallBook::Thread* thread = nullptr;
};

}  // namespace pyharness::testing
