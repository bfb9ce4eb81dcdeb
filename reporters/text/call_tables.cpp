// Who calls a function, and what it calls, in the columns of pstats' print_callers and print_callees.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/base/words.h"
#include "reporters/text/function_pattern.h"
#include "reporters/text/profile_tables.h"

namespace pyharness {
namespace {

using Edge = CallGraph::Edge;

enum class Side { kCallers, kCallees };

struct Words {
  std::string_view option;
  std::string_view title;
  std::string_view arrow;
};

Words words_of(Side side) {
  return side == Side::kCallers ? Words{"--callers", "was called by...", "<-"} : Words{"--callees", "called...", "->"};
}

struct Row {
  std::string calls;
  std::string self;
  std::string cumulative;
  std::uint32_t other;
};

/// A function and those on the other side of its edges, the one with the most time first.
struct Group {
  std::uint32_t function;
  std::vector<Row> rows;
};

std::vector<Group> groups_of(const ProfileTables& tables, Side side, std::span<const std::uint32_t> functions) {
  std::map<std::uint32_t, std::vector<const Edge*>> edges;
  for (const std::uint32_t function : functions) edges[function];
  for (const Edge& edge : tables.graph.edges) {
    const auto at = edges.find(side == Side::kCallers ? edge.callee : edge.caller);
    if (at != edges.end()) at->second.push_back(&edge);
  }
  std::vector<Group> groups;
  for (const std::uint32_t function : functions) {
    Group group{function, {}};
    std::vector<const Edge*>& own = edges[function];
    std::stable_sort(own.begin(), own.end(),
                     [](const Edge* a, const Edge* b) { return a->costs.cumulative_ns > b->costs.cumulative_ns; });
    for (const Edge* edge : own) {
      group.rows.push_back({ProfileTables::calls(edge->costs), tables.time(edge->costs.self_ns),
                            tables.time(edge->costs.cumulative_ns),
                            side == Side::kCallers ? edge->caller : edge->callee});
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

/// Columns of a table: what the figures take, and what is left for the names on both sides; 0: as much as they take.
struct Layout {
  std::size_t calls = 7;
  std::size_t time = kTimeColumn;
  std::size_t left = 0;
  std::size_t left_room = 0;
  std::size_t right_room = 0;
};

Layout layout_of(const ProfileTables& tables, const std::vector<Group>& groups) {
  Layout layout;
  std::size_t left = 0;
  std::size_t right = 0;
  for (const Group& group : groups) {
    left = std::max(left, display_width(tables.label(group.function, 0)));
    for (const Row& row : group.rows) {
      layout.calls = std::max(layout.calls, row.calls.size());
      layout.time = std::max({layout.time, row.self.size(), row.cumulative.size()});
      right = std::max(right, display_width(tables.label(row.other, 0)));
    }
  }
  constexpr std::size_t kBetween = 9;  // blanks and the arrow
  constexpr std::size_t kLeast = 12;
  const std::size_t figures = kBetween + layout.calls + 2 * layout.time;
  if (const std::size_t width = tables.style.width; width != 0) {
    const std::size_t room = std::max(width - std::min(width, figures), 2 * kLeast);
    if (left + right > room) left = std::max(room - std::min(right, room), std::min(left, room / 2));
    layout.left_room = left;
    layout.right_room = room - left;
  }
  constexpr std::string_view kHeading = "Function";
  layout.left = std::max(left, kHeading.size()) + 2;
  return layout;
}

std::string padded(const std::string& text, std::size_t columns) {
  return text + std::string(columns - std::min(columns, display_width(text)), ' ');
}

std::string table(const ProfileTables& tables, const Words& words, const std::vector<Group>& groups) {
  const Layout layout = layout_of(tables, groups);
  const auto figures = [&](std::string_view calls, std::string_view self, std::string_view cumulative) {
    return fmt::format("{:>{}} {:>{}} {:>{}}", calls, layout.calls, self, layout.time, cumulative, layout.time);
  };
  std::string text = text_line(padded("Function", layout.left) + std::string(words.title), tables.style);
  text += text_line(std::string(layout.left + 3, ' ') + figures("ncalls", "tottime", "cumtime"), tables.style);
  for (const Group& group : groups) {
    std::string start = padded(tables.label(group.function, layout.left_room), layout.left) + std::string(words.arrow);
    if (group.rows.empty()) text += text_line(start, tables.style);
    for (const Row& row : group.rows) {
      text += text_line(start + " " + figures(row.calls, row.self, row.cumulative) + "  " +
                            tables.label(row.other, layout.right_room),
                        tables.style);
      start.assign(layout.left + words.arrow.size(), ' ');
    }
  }
  return text + "\n";
}

std::string side_text(const ProfileTables& tables, Side side, const std::string& pattern) {
  if (pattern.empty()) return {};
  const Words words = words_of(side);
  const FunctionPattern wanted(pattern, words.option);
  std::vector<std::uint32_t> found;
  for (const std::uint32_t i : tables.functions()) {
    if (wanted.matches(standard_name(tables.graph.functions[i].key))) found.push_back(i);
  }
  if (found.empty())
    return prose(fmt::format("No function matches {}={}.", words.option, printable(pattern)), tables.style) + "\n";
  const auto shown = tables.shown(found);
  return tables.order_text() +
         tables.reduced_text(tables.functions().size(), found.size(), fmt::format("'{}'", printable(pattern))) +
         tables.reduced_text(found.size(), shown.size(), std::to_string(shown.size())) + "\n" +
         table(tables, words, groups_of(tables, side, shown));
}

}  // namespace

std::string call_tables_text(const ProfileTables& tables) {
  return side_text(tables, Side::kCallers, tables.style.callers) +
         side_text(tables, Side::kCallees, tables.style.callees);
}

}  // namespace pyharness
