#include "profilers/line/line_collect.h"

#include <algorithm>
#include <limits>
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
    case LineEngine::kInstrumented:
      return "instrumented";
  }
  return "unknown";
}

// Figures of a function or line so far, copied, so that what is still open can be added.
struct Figures {
  Ticks ticks = 0;
  Ticks own_ticks = 0;
  std::uint64_t hook_cost = 0;  // picoseconds
};

struct ProcessLines {
  std::vector<Figures> functions;
  std::vector<Figures> lines;
};

// A process that was killed left its open lines and functions running: they end with it.
void close_what_is_open(const CollectContext& context, const SeenProcess& process, ProcessLines& into) {
  const ProcessArea& area = *process.area;
  if (area.paused.load(std::memory_order_relaxed) != 0) return;
  const TableReader<LineEntry> lines(context.arena, area, TableKind::kLines);
  const Ticks process_end = end_of_process<OpenFrame>(context, process, TableKind::kThreads, &OpenFrame::line_since);
  const auto close = [&](const ThreadEntry& thread, std::span<const OpenFrame> frames) {
    const Ticks end = end_of_thread(thread, process_end);
    const auto ran = [&](std::uint64_t since) { return since != 0 && since < end ? end - since : 0; };
    Ticks above = 0;  // what the frame above took as a whole
    for (std::size_t i = frames.size(); i-- > 0;) {
      const OpenFrame& frame = frames[i];
      const Ticks in_children = add_saturated(frame.child_ticks, above);
      const Ticks whole = ran(frame.function_since);
      above = frame.function_since == 0 ? in_children : whole;
      const LineEntry* line = frame.line_entry == kNoIndex ? nullptr : lines.at(frame.line_entry);
      if (line == nullptr) continue;
      const Ticks elapsed = ran(frame.line_since);
      Figures& of_line = into.lines[frame.line_entry];
      of_line.own_ticks += elapsed - std::min(elapsed, in_children);
      if ((frame.flags & frame_flags::kBooksLine) != 0) {
        of_line.ticks += elapsed;
        of_line.hook_cost += thread.hook_cost - frame.line_cost;
      }
      if ((frame.flags & frame_flags::kOutermost) != 0 && line->function < into.functions.size()) {
        into.functions[line->function].ticks += whole;
        into.functions[line->function].hook_cost += thread.hook_cost - frame.function_cost;
      }
    }
  };
  each_stack<OpenFrame>(context.arena, area, TableKind::kThreads, close);
}

constexpr std::uint64_t kPicoseconds = 1000;  // in a nanosecond

// The arena may say anything: no more than the JSON holds.
std::uint64_t product_ns(std::uint64_t count, std::uint64_t cost_ps) {
  const long double ns = static_cast<long double>(count) * static_cast<long double>(cost_ps) / kPicoseconds;
  constexpr auto kMost = static_cast<long double>(std::numeric_limits<std::int64_t>::max());
  return ns >= kMost ? static_cast<std::uint64_t>(kMost) : static_cast<std::uint64_t>(ns);
}

// What the hooks of a run did.
struct Events {
  std::uint64_t lines = 0;
  std::uint64_t calls = 0;
  std::uint64_t resumptions = 0;
  std::uint64_t unwatched = 0;
};

void add_events(const CollectContext& context, const ProcessArea& area, Events& into) {
  const TableReader<ThreadEntry> threads(context.arena, area, TableKind::kThreads);
  for (std::uint32_t i = 0; i < threads.size(); ++i) {
    const ThreadEntry* thread = threads.at(i);
    if (thread == nullptr) continue;
    into.calls = add_saturated(into.calls, thread->calls);
    into.resumptions = add_saturated(into.resumptions, thread->resumptions);
    into.unwatched = add_saturated(into.unwatched, thread->unwatched_events);
  }
  const TableReader<LineEntry> lines(context.arena, area, TableKind::kLines);
  for (std::uint32_t i = 0; i < lines.size(); ++i)
    if (const LineEntry* line = lines.at(i); line != nullptr) into.lines = add_saturated(into.lines, line->hits);
}

void add_overhead(const CollectContext& context, const EventCosts& costs, RunInfo& into) {
  Events events;
  for (const SeenProcess& process : context.processes) add_events(context, *process.area, events);
  Overhead& overhead = into.overhead ? *into.overhead : into.overhead.emplace();
  const auto add = [&](const char* kind, std::uint64_t count) {
    const auto cost = costs.find(kind);
    if (cost == costs.end() || count == 0) return;
    overhead.kinds[kind] = {saturated(count), cost->second.cost_ps, cost->second.error_ps};
    overhead.total_ns = add_saturated(overhead.total_ns, product_ns(count, cost->second.cost_ps));
    overhead.error_ns = add_saturated(overhead.error_ns, product_ns(count, cost->second.error_ps));
  };
  add("line", events.lines);
  add("call", events.calls);
  add("resume", events.resumptions);
  add("unwatched", events.unwatched);
}

std::int64_t figure(std::uint64_t value) { return static_cast<std::int64_t>(saturated(value)); }

std::uint64_t without(std::uint64_t ns, std::uint64_t cost_ns) { return ns - std::min(ns, cost_ns); }

LineTable read_process(const CollectContext& context, const SeenProcess& process, const std::vector<Column>& columns) {
  const ProcessArea& area = *process.area;
  const TableReader<char> text(context.arena, area, TableKind::kText);
  const TableReader<FunctionEntry> functions(context.arena, area, TableKind::kFunctions);
  const TableReader<LineEntry> lines(context.arena, area, TableKind::kLines);
  ProcessLines copy;
  copy.functions.resize(functions.size());
  copy.lines.resize(lines.size());
  for (std::uint32_t i = 0; i < functions.size(); ++i)
    if (const FunctionEntry* entry = functions.at(i)) copy.functions[i] = {entry->ticks, 0, entry->hook_cost};
  for (std::uint32_t i = 0; i < lines.size(); ++i)
    if (const LineEntry* line = lines.at(i)) copy.lines[i] = {time_ticks(*line), line->own_ticks, line->hook_cost};
  close_what_is_open(context, process, copy);

  LineTable table{columns, {}};
  const bool corrected = table.find_column("corrected_ns").has_value();
  for (std::uint32_t i = 0; i < functions.size(); ++i) {
    const FunctionEntry* entry = functions.at(i);
    if (entry == nullptr || (entry->file.length == 0 && entry->line_entries == 0)) continue;
    LineTable::Function function;
    function.key = {read_text(text, entry->file), entry->first_line, read_text(text, entry->qualified_name)};
    function.last_line = entry->last_line;
    function.engine = engine_name(entry->engine);
    function.total_ns = context.scale.to_ns(copy.functions[i].ticks);
    if (corrected) function.corrected_ns = without(*function.total_ns, copy.functions[i].hook_cost / kPicoseconds);
    if (entry->thread != 0) function.thread = entry->thread;
    for (std::uint32_t k = 0; k < entry->line_entries; ++k) {
      const std::uint64_t index = std::uint64_t{entry->first_line_entry} + k;
      const LineEntry* line = lines.at(index);
      // Its own ones only: where entries claim each other's, rows would be as many as their product.
      if (line == nullptr || line->function != i) break;
      const Figures& figures = copy.lines[index];
      if (line->hits == 0 && figures.ticks == 0 && figures.own_ticks == 0) continue;
      const std::uint64_t time = context.scale.to_ns(figures.ticks);
      LineTable::Row row{line->line,
                         {figure(line->hits), figure(time), figure(context.scale.to_ns(figures.own_ticks))}};
      if (corrected)
        row.values.push_back(figure(
            without(time, add_saturated(figures.hook_cost / kPicoseconds, product_ns(line->hits, entry->hit_cost)))));
      function.rows.push_back(std::move(row));
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
  const auto costs = context.costs.find("line");
  if (costs != context.costs.end()) add_overhead(context, costs->second, into.run);
  std::vector<Column> columns = line_table_columns("line");
  for (Column& column : optional_line_table_columns("line")) {
    if (column.name != "corrected_ns" || costs != context.costs.end()) columns.push_back(std::move(column));
  }
  LineTable table{columns, {}};
  for (const SeenProcess& process : context.processes) merge_into(table, read_process(context, process, columns));
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
