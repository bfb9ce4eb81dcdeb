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
void close_what_is_open(const CollectContext& context, const SeenProcess& process, ProcessLines& into) {
  const ProcessArea& area = *process.area;
  if (area.paused.load(std::memory_order_relaxed) != 0) return;
  const TableReader<LineEntry> lines(context.arena, area, TableKind::kLines);
  const Ticks process_end = end_of_process<OpenFrame>(context, process, TableKind::kThreads, &OpenFrame::line_since);
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
  each_stack<OpenFrame>(context.arena, area, TableKind::kThreads, close);
}

LineTable read_process(const CollectContext& context, const SeenProcess& process) {
  const ProcessArea& area = *process.area;
  const TableReader<char> text(context.arena, area, TableKind::kText);
  const TableReader<FunctionEntry> functions(context.arena, area, TableKind::kFunctions);
  const TableReader<LineEntry> lines(context.arena, area, TableKind::kLines);
  ProcessLines copy;
  copy.function_ticks.resize(functions.size());
  copy.line_ticks.resize(lines.size());
  for (std::uint32_t i = 0; i < functions.size(); ++i)
    copy.function_ticks[i] = functions.at(i) == nullptr ? 0 : functions.at(i)->ticks;
  for (std::uint32_t i = 0; i < lines.size(); ++i) copy.line_ticks[i] = lines.at(i) == nullptr ? 0 : lines.at(i)->ticks;
  close_what_is_open(context, process, copy);

  LineTable table{line_table_columns("line"), {}};
  for (std::uint32_t i = 0; i < functions.size(); ++i) {
    const FunctionEntry* entry = functions.at(i);
    if (entry == nullptr || (entry->file.length == 0 && entry->line_entries == 0)) continue;
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
    function.marked = (entry->flags.load(std::memory_order_relaxed) & function_flags::kMarked) != 0;
    // An empty module, or one that ran while nothing was booked. What is decorated is shown even where it never ran.
    if (function.rows.empty() && !function.marked) continue;
    std::sort(function.rows.begin(), function.rows.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
    table.functions.push_back(std::move(function));
  }
  return table;
}

}  // namespace

void collect_line(const CollectContext& context, Recording& into) {
  LineTable table{line_table_columns("line"), {}};
  for (const SeenProcess& process : context.processes) merge_into(table, read_process(context, process));
  into.sections.push_back({"line", std::move(table)});
}

void show_only_marked_lines(Recording& recording) {
  for (Section& section : recording.sections) {
    auto* table = section.name == "line" ? std::get_if<LineTable>(&section.data) : nullptr;
    if (table == nullptr) continue;
    const auto marked = [](const LineTable::Function& function) { return function.marked; };
    if (std::none_of(table->functions.begin(), table->functions.end(), marked)) continue;
    std::erase_if(table->functions, [&](const LineTable::Function& function) { return !marked(function); });
    recording.run.notes.emplace_back("Only functions decorated with @profile are shown.");
  }
}

}  // namespace pyharness
