#include "profilers/profile/profile_collect.h"

#include <algorithm>
#include <vector>

#include "harness/record/merge.h"
#include "harness/record/saturated.h"
#include "profilers/open_stacks.h"

namespace pyharness {
namespace {

// One process's tables, copied, so that what is still open can be added.
struct ProcessCalls {
  std::vector<CallFigures> functions;
  std::vector<CallFigures> edges;
};

template <class Entry>
std::vector<CallFigures> copied_figures(const TableReader<Entry>& table) {
  std::vector<CallFigures> figures(table.size());
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    if (const Entry* entry = table.at(i); entry != nullptr) figures[i] = entry->figures;
  }
  return figures;
}

void add_open_call(CallFigures& figures, const OpenCall& call, std::uint32_t outermost, Ticks self, Ticks total) {
  const bool is_outermost = (call.flags & outermost) != 0;
  if ((call.flags & call_flags::kCounted) != 0) {
    ++figures.calls;
    figures.recursive_calls += is_outermost ? 0 : 1;
  }
  figures.self_ticks += self;
  if (is_outermost) figures.cumulative_ticks += total;
}

// A process that was killed left its open calls running: they end with it, the innermost first.
void close_what_is_open(const CollectContext& context, const SeenProcess& process, ProcessCalls& into) {
  const ProcessArea& area = *process.area;
  const bool paused = area.paused.load(std::memory_order_relaxed) != 0;
  const Ticks process_end = end_of_process<OpenCall>(context, process, TableKind::kCallThreads, &OpenCall::since);
  const auto close = [&](const ThreadEntry& thread, std::span<const OpenCall> calls) {
    const Ticks end = paused ? 0 : end_of_thread(thread, process_end);
    Ticks inner = 0;
    for (std::size_t i = calls.size(); i != 0; --i) {
      const OpenCall& call = calls[i - 1];
      const Ticks total = call.since != 0 && call.since < end ? end - call.since : 0;
      const Ticks children = paused ? 0 : call.child_ticks + inner;
      const Ticks self = total > children ? total - children : 0;
      inner = total;
      if (call.call_entry < into.functions.size())
        add_open_call(into.functions[call.call_entry], call, call_flags::kOutermost, self, total);
      if (call.edge_entry < into.edges.size())
        add_open_call(into.edges[call.edge_entry], call, call_flags::kOutermostPair, self, total);
    }
  };
  each_stack<OpenCall>(context.arena, area, TableKind::kCallThreads, close);
}

CallCosts costs_of(const CallFigures& figures, const TickScale& scale) {
  return {saturated(figures.calls), saturated(figures.calls - std::min(figures.calls, figures.recursive_calls)),
          scale.to_ns(figures.self_ticks), scale.to_ns(figures.cumulative_ticks)};
}

bool is_empty(const CallFigures& figures) {
  return figures.calls == 0 && figures.self_ticks == 0 && figures.cumulative_ticks == 0;
}

CallGraph read_process(const CollectContext& context, const SeenProcess& process) {
  const ProcessArea& area = *process.area;
  const TableReader<char> text(context.arena, area, TableKind::kText);
  const TableReader<CallEntry> functions(context.arena, area, TableKind::kCalls);
  const TableReader<EdgeEntry> edges(context.arena, area, TableKind::kEdges);
  ProcessCalls copy{copied_figures(functions), copied_figures(edges)};
  close_what_is_open(context, process, copy);

  // Of a function that was registered and then dropped nothing is left, unless something that it called is.
  std::vector<bool> shown(functions.size());
  for (std::uint32_t i = 0; i < functions.size(); ++i) shown[i] = !is_empty(copy.functions[i]);
  const auto joins = [&](const EdgeEntry* edge) {
    return edge != nullptr && edge->caller < functions.size() && edge->callee < functions.size();
  };
  for (std::uint32_t i = 0; i < edges.size(); ++i) {
    if (const EdgeEntry* edge = edges.at(i); joins(edge) && !is_empty(copy.edges[i]))
      shown[edge->caller] = shown[edge->callee] = true;
  }

  CallGraph graph;
  std::vector<std::uint32_t> indices(functions.size(), kNoIndex);  // in the graph
  for (std::uint32_t i = 0; i < functions.size(); ++i) {
    const CallEntry* entry = functions.at(i);
    if (entry == nullptr || !shown[i]) continue;
    indices[i] = static_cast<std::uint32_t>(graph.functions.size());
    graph.functions.push_back({{read_text(text, entry->file), entry->line, read_text(text, entry->name)},
                               costs_of(copy.functions[i], context.scale)});
    graph.total_ns = add_saturated(graph.total_ns, graph.functions.back().costs.self_ns);
  }
  for (std::uint32_t i = 0; i < edges.size(); ++i) {
    const EdgeEntry* edge = edges.at(i);
    if (!joins(edge) || is_empty(copy.edges[i])) continue;
    const std::uint32_t caller = indices[edge->caller];
    const std::uint32_t callee = indices[edge->callee];
    if (caller == kNoIndex || callee == kNoIndex) continue;
    graph.edges.push_back({caller, callee, costs_of(copy.edges[i], context.scale)});
  }
  return graph;
}

}  // namespace

void collect_profile(const CollectContext& context, Recording& into) {
  CallGraph graph;
  // Merging also brings code objects together that are told apart while they run, as two lambdas of one line.
  for (const SeenProcess& process : context.processes) merge_into(graph, read_process(context, process));
  into.sections.push_back({"profile", std::move(graph)});
}

}  // namespace pyharness
