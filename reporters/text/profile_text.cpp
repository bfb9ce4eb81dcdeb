// The profile in pstats' columns.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/base/units.h"
#include "harness/base/words.h"
#include "harness/record/saturated.h"
#include "reporters/text/profile_tables.h"

namespace pyharness {
namespace {

using Function = CallGraph::Function;

constexpr std::size_t kRows = 30;        // a screen or two; the rest is said in a line
constexpr double kInformative = 10;      // percent, for the function with the most cumulative time to be named
constexpr std::size_t kLeastLabel = 16;  // columns, however narrow the terminal is

std::uint64_t self_sum(const CallGraph& graph, std::span<const std::uint32_t> functions) {
  std::uint64_t sum = 0;
  for (const std::uint32_t i : functions) sum = add_saturated(sum, graph.functions[i].costs.self_ns);
  return sum;
}

double percent(std::uint64_t ns, std::uint64_t total) { return share(static_cast<std::int64_t>(ns), total); }

// Code that everything runs in; that it took all the time is no news.
bool is_frame_of_all(const FunctionKey& key) {
  return key.file == "~" || key.name == "<module>" || key.file.starts_with("<frozen ");
}

// Where a reader looks first: the function with the most time of its own, and the one with the most in all.
std::string summary(const ProfileTables& tables, std::uint64_t total) {
  const std::vector<Function>& functions = tables.graph.functions;
  const auto label = [&](const Function& function) {
    return tables.label(static_cast<std::uint32_t>(&function - functions.data()), tables.style.width / 2);
  };
  const auto top = std::max_element(functions.begin(), functions.end(), [](const Function& a, const Function& b) {
    return a.costs.self_ns < b.costs.self_ns;
  });
  std::string text = prose(fmt::format("Profile: most time in {} itself, {} ({:.1f} %).", label(*top),
                                       human_time(top->costs.self_ns), percent(top->costs.self_ns, total)),
                           tables.style);
  const Function* longest = &*top;
  for (const Function& function : functions) {
    const bool longer = function.costs.cumulative_ns > longest->costs.cumulative_ns;
    if (longer && !is_frame_of_all(function.key)) longest = &function;
  }
  if (longest != &*top && percent(longest->costs.cumulative_ns, total) >= kInformative) {
    text += prose(fmt::format("Longest, with what it calls: {}, {} ({:.1f} %).", label(*longest),
                              human_time(longest->costs.cumulative_ns), percent(longest->costs.cumulative_ns, total)),
                  tables.style);
  }
  return Paint(tables.style.color).bold(text);
}

std::string counts_text(const ProfileTables& tables, std::uint64_t total) {
  const std::uint64_t calls = tables.graph.total_calls();
  const std::uint64_t primitive = tables.graph.primitive_calls();
  return text_line(fmt::format("         {} function calls{} in {:.3f} seconds", calls,
                               calls == primitive ? "" : fmt::format(" ({} primitive calls)", primitive),
                               static_cast<double>(total) / 1e9),
                   tables.style);
}

constexpr std::size_t kCells = 5;
using Cells = std::array<std::string, kCells>;
constexpr std::array<std::size_t, kCells> kLeastWidths = {6, kTimeColumn, kTimeColumn, kTimeColumn, kTimeColumn};

Cells cells_of(const ProfileTables& tables, const CallCosts& costs) {
  return {ProfileTables::calls(costs), tables.time(costs.self_ns), tables.time_per(costs.self_ns, costs.calls),
          tables.time(costs.cumulative_ns), tables.time_per(costs.cumulative_ns, costs.primitive_calls)};
}

std::string table(const ProfileTables& tables, std::span<const std::uint32_t> functions, std::uint64_t total) {
  std::vector<Cells> rows{{"ncalls", "tottime", "percall", "cumtime", "percall"}};
  for (const std::uint32_t i : functions) rows.push_back(cells_of(tables, tables.graph.functions[i].costs));
  auto widths = kLeastWidths;
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i < kCells; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::size_t figures = 0;
  for (const std::size_t width : widths) figures += width + 1;
  const std::size_t columns = tables.style.width;
  const std::size_t room = columns == 0 ? 0 : std::max(columns - std::min(columns, figures), kLeastLabel);
  const Paint paint(tables.style.color);
  std::string text;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string line;
    for (std::size_t k = 0; k < kCells; ++k) line += fmt::format("{:>{}} ", rows[i][k], widths[k]);
    if (i == 0) {
      text += text_line(line + "filename:lineno(function)", tables.style);
      continue;
    }
    const std::uint32_t function = functions[i - 1];
    text += heated(paint, text_line(line + tables.label(function, room), tables.style),
                   percent(tables.graph.functions[function].costs.self_ns, total));
  }
  return text + "\n";
}

std::string left_out_text(const ProfileTables& tables, std::size_t shown, std::uint64_t total) {
  const auto hidden = tables.functions().subspan(shown);
  if (hidden.empty()) return {};
  return prose(fmt::format("{} more function{}, with {:.1f} % of the internal time. --top=0 shows all.",
                           human_count(hidden.size()), hidden.size() == 1 ? "" : "s",
                           percent(self_sum(tables.graph, hidden), total)),
               tables.style);
}

}  // namespace

ProfileTables::ProfileTables(const CallGraph& calls, const std::string& root, const ReportStyle& look)
    : graph(calls),
      style(look),
      labels_(calls, root),
      ordered_(in_order(calls, look.sort)),
      unit_(time_unit(look.unit).value_or(*time_unit("s"))) {}

std::string ProfileTables::calls(const CallCosts& costs) {
  return costs.calls == costs.primitive_calls ? std::to_string(costs.calls)
                                              : fmt::format("{}/{}", costs.calls, costs.primitive_calls);
}

std::string ProfileTables::time(std::uint64_t ns) const {
  return fmt::format("{:.3f}", static_cast<double>(ns) / unit_.ns);
}

std::string ProfileTables::time_per(std::uint64_t ns, std::uint64_t calls) const {
  return calls == 0 ? "" : fmt::format("{:.3f}", static_cast<double>(ns) / unit_.ns / static_cast<double>(calls));
}

std::span<const std::uint32_t> ProfileTables::shown(std::span<const std::uint32_t> functions) const {
  const std::size_t most = style.top.value_or(kRows);
  return most == 0 ? functions : functions.first(std::min(functions.size(), most));
}

std::string ProfileTables::order_text() const {
  return text_line(fmt::format("   Ordered by: {}{}", ordered_.order,
                               unit_.name == "s" ? "" : fmt::format("; times in {}", unit_.name)),
                   style);
}

std::string ProfileTables::reduced_text(std::size_t from, std::size_t to, std::string_view restriction) const {
  if (from == to) return {};
  return text_line(fmt::format("   List reduced from {} to {} due to restriction <{}>", from, to, restriction), style);
}

std::string profile_text(const Recording& recording, const CallGraph& graph, const ReportStyle& style) {
  if (graph.functions.empty()) return prose("Profile: no watched function was called.", style) + "\n";
  const ProfileTables tables(graph, recording.run.root, style);
  const std::uint64_t total = self_sum(graph, tables.functions());
  const auto shown = tables.shown(tables.functions());
  std::string text = summary(tables, total) + "\n" + counts_text(tables, total) + "\n" + tables.order_text();
  text += tables.reduced_text(graph.functions.size(), shown.size(), std::to_string(shown.size())) + "\n";
  text += table(tables, shown, total) + left_out_text(tables, shown.size(), total);
  text += prose(
      fmt::format("Functions have their qualified names; files are relative to {}.", printable(recording.run.root)),
      style);
  return text + "\n" + call_tables_text(tables);
}

}  // namespace pyharness
