#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "profilers/line/line_collect.h"
#include "profilers/line/line_recorder.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_arena.h"

namespace pyharness::testing {

/// One tick is one nanosecond.
inline LineTable collected_lines(const ArenaReader& reader, Ticks ended) {
  const rusage usage{};
  Recording recording;
  collect_line({reader, seen(reader, ended), ended, TickScale(), usage}, recording);
  show_only_marked_lines(recording);
  return std::get<LineTable>(recording.sections.at(0).data);
}

struct LineFigures {
  std::int64_t hits = 0;
  std::int64_t time = 0;
  bool operator==(const LineFigures&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const LineFigures& figures) {
    return out << figures.hits << " hits, " << figures.time << " ns";
  }
};

inline const LineTable::Function* function_named(const LineTable& table, const std::string& name) {
  for (const LineTable::Function& function : table.functions) {
    if (function.key.name == name) return &function;
  }
  return nullptr;
}

/// Hits and time of a line; zeros where it has no row.
inline LineFigures figures_of(const LineTable& table, const std::string& name, std::uint32_t line) {
  if (const LineTable::Function* function = function_named(table, name)) {
    for (const LineTable::Row& row : function->rows) {
      if (row.line == line) return {row.values[0], row.values[1]};
    }
  }
  return {};
}

inline std::uint64_t total_of(const LineTable& table, const std::string& name) {
  const LineTable::Function* function = function_named(table, name);
  return function == nullptr ? 0 : function->total_ns.value_or(0);
}

/// A recorder under a manual clock, with an arena and one thread.
struct LineBench {
  using Recorder = LineRecorder<ManualClock>;

  explicit LineBench(std::size_t bytes = std::size_t{1} << 20, const LineOptions& options = {})
      : arena(bytes), text(arena.writer()), recorder(arena.writer(), text, LineEngine::kTrace, options) {
    ManualClock::time = 1000;
    area = arena.writer().begin_process(1, 0);
    text.begin(*area);
    recorder.begin(*area);
    thread = recorder.begin_thread(1, ManualClock::now());
  }

  LineBook::Function& code(const std::string& name, std::uint32_t first, std::vector<std::uint32_t> lines,
                           bool watched = true) {
    CodeFacts facts;
    facts.file = "/own/a.py";
    facts.qualified_name = name;
    facts.first_line = first;
    facts.last_line = lines.empty() ? first : lines.back();
    facts.lines = std::move(lines);
    return watched ? *recorder.add_function(std::move(facts)) : *recorder.unwatched();
  }

  void enter(FrameKey key, LineBook::Function& code, std::uint32_t resumed_line = 0) {
    if (resumed_line == 0) return recorder.enter(*thread, key, code);
    recorder.resume_frame(*thread, key, code, code.index.find(resumed_line));
  }
  /// The frame reaches `line`, which then takes `ticks`.
  bool line(FrameKey key, std::uint32_t line, Ticks ticks = 0) {
    const bool known = recorder.line(*thread, key, line);
    ManualClock::advance(ticks);
    return known;
  }
  void leave(FrameKey key) { recorder.leave(*thread, key); }

  [[nodiscard]] LineTable table() const { return collected_lines(arena.reader(), ManualClock::now()); }
  [[nodiscard]] LineFigures at(const std::string& name, std::uint32_t line) const {
    return figures_of(table(), name, line);
  }
  [[nodiscard]] std::uint64_t total(const std::string& name) const { return total_of(table(), name); }
  [[nodiscard]] std::uint64_t lost(Loss loss) const { return area->losses[static_cast<std::size_t>(loss)].load(); }

  TestArena arena;
  ProcessArea* area = nullptr;
  TextTable text;
  Recorder recorder;
  LineBook::Thread* thread = nullptr;
};

}  // namespace pyharness::testing
