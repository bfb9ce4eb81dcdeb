#include "profilers/line/line_collect.h"

#include <algorithm>
#include <vector>

#include "harness/record/merge.h"
#include "harness/record/saturated.h"
#include "profilers/open_stacks.h"

namespace pyharness {
namespace {

std::string_view engine_name(std::uint32_t engine) {
  switch (static_cast<LineEngine>(engine)) {
    case LineEngine::kTrace:
      return "trace";
    case LineEngine::kMonitoring:
      return "monitoring";
  }
  return "unknown";
}

// One process's tables, copied, so that what is still open can be added.
struct ProcessLines {
  std::vector<const FunctionEntry*> functions;
  std::vector<Ticks> function_ticks;
  std::vector<Ticks> line_ticks;
};

// A process that was killed left its open lines and functions running: they end with it.
void close_what_is_open(const CollectContext& context, const ProcessArea& area, bool is_host, ProcessLines& into) {
  if (area.paused.load(std::memory_order_relaxed) != 0) return;
  const TableReader<LineEntry> lines(context.arena, area, TableKind::kLines);
  const Ticks process_end =
      end_of_process<OpenFrame>(context, area, is_host, TableKind::kThreads, &OpenFrame::line_since);
  const auto close = [&](const ThreadEntry& thread, std::span<const OpenFrame> frames) {
    const Ticks end = end_of_thread(thread, process_end);
    for (const OpenFrame& frame : frames) {
      const LineEntry* line = frame.line_entry == kNoIndex ? nullptr : lines.at(frame.line_entry);
      if (line == nullptr) continue;
      if (frame.books_line != 0 && frame.line_since < end) into.line_ticks[frame.line_entry] += end - frame.line_since;
      if (frame.function_since != 0 && frame.function_since < end && line->function < into.function_ticks.size()) {
        into.function_ticks[line->function] += end - frame.function_since;
      }
    }
  };
  each_stack<OpenFrame>(context, area, TableKind::kThreads, close);
}

LineTable read_process(const CollectContext& context, const ProcessArea& area, bool is_host, bool only_marked) {
  const TableReader<char> text(context.arena, area, TableKind::kText);
  const TableReader<FunctionEntry> functions(context.arena, area, TableKind::kFunctions);
  const TableReader<LineEntry> lines(context.arena, area, TableKind::kLines);
  ProcessLines copy;
  copy.function_ticks.resize(functions.size());
  copy.line_ticks.resize(lines.size());
  for (std::uint32_t i = 0; i < functions.size(); ++i)
    copy.function_ticks[i] = functions.at(i) == nullptr ? 0 : functions.at(i)->ticks;
  for (std::uint32_t i = 0; i < lines.size(); ++i) copy.line_ticks[i] = lines.at(i) == nullptr ? 0 : lines.at(i)->ticks;
  close_what_is_open(context, area, is_host, copy);

  LineTable table{line_table_columns("line"), {}};
  for (std::uint32_t i = 0; i < functions.size(); ++i) {
    const FunctionEntry* entry = functions.at(i);
    if (entry == nullptr || (entry->file.length == 0 && entry->line_entries == 0)) continue;
    if (only_marked && (entry->flags.load(std::memory_order_relaxed) & function_flags::kMarked) == 0) continue;
    LineTable::Function function;
    function.key = {read_text(text, entry->file), entry->first_line, read_text(text, entry->qualified_name)};
    function.last_line = entry->last_line;
    function.engine = engine_name(entry->engine);
    function.total_ns = context.scale.to_ns(copy.function_ticks[i]);
    for (std::uint32_t k = 0; k < entry->line_entries; ++k) {
      const std::uint64_t index = std::uint64_t{entry->first_line_entry} + k;
      const LineEntry* line = lines.at(index);
      // Its own ones only: where entries claim each other's, rows would be as many as their product.
      if (line == nullptr || line->function != i) break;
      if (line->hits == 0 && copy.line_ticks[index] == 0) continue;
      function.rows.push_back({line->line,
                               {static_cast<std::int64_t>(saturated(line->hits)),
                                static_cast<std::int64_t>(context.scale.to_ns(copy.line_ticks[index]))}});
    }
    // An empty module, or one that ran while nothing was booked. What is decorated is shown even where it never ran.
    const bool marked = (entry->flags.load(std::memory_order_relaxed) & function_flags::kMarked) != 0;
    if (function.rows.empty() && !marked) continue;
    std::sort(function.rows.begin(), function.rows.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
    table.functions.push_back(std::move(function));
  }
  return table;
}

bool any_marked(const CollectContext& context, const std::vector<const ProcessArea*>& areas) {
  for (const ProcessArea* area : areas) {
    const TableReader<FunctionEntry> functions(context.arena, *area, TableKind::kFunctions);
    for (std::uint32_t i = 0; i < functions.size(); ++i) {
      const FunctionEntry* entry = functions.at(i);
      if (entry != nullptr && (entry->flags.load(std::memory_order_relaxed) & function_flags::kMarked) != 0)
        return true;
    }
  }
  return false;
}

}  // namespace

void collect_line(const CollectContext& context, Recording& into) {
  // Decided now and not at the start: decorators run late.
  const std::vector<const ProcessArea*> areas = context.arena.processes();  // the last is the oldest: the host itself
  const bool only_marked = any_marked(context, areas);
  LineTable table{line_table_columns("line"), {}};
  for (const ProcessArea* area : areas)
    merge_into(table, read_process(context, *area, area == areas.back(), only_marked));
  if (only_marked) into.run.notes.emplace_back("Only functions decorated with @profile are shown.");
  into.sections.push_back({"line", std::move(table)});
}

}  // namespace pyharness
