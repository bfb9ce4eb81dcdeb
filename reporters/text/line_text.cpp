// The line profile: hot lines first, then line_profiler's tables.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/base/units.h"
#include "harness/base/words.h"
#include "harness/record/saturated.h"
#include "reporters/support/hot_lines.h"
#include "reporters/text/line_tables.h"
#include "reporters/text/sort_keys.h"

namespace pyharness {
namespace {

using Function = LineTable::Function;
using Functions = std::vector<const Function*>;

constexpr std::size_t kHotLines = 5;

TimeUnit unit_of(const LineTable& table, const ReportStyle& style) {
  if (const auto unit = time_unit(style.unit)) return *unit;
  // Microseconds, as line_profiler; from ten seconds on their digits say nothing.
  constexpr std::uint64_t kLong = 10'000'000'000;
  const bool is_long = std::any_of(table.functions.begin(), table.functions.end(),
                                   [](const Function& f) { return total_of(f) >= kLong; });
  return *time_unit(is_long ? "ms" : "us");
}

std::string hot_lines_text(const Recording& recording, const LineTable& table, const ReportStyle& style) {
  const HotLines hot = hot_lines(table, kHotLines);
  std::string text = fmt::format("Line profile: {} hit{} in {} function{}.", human_count(hot.hits),
                                 hot.hits == 1 ? "" : "s", hot.functions, hot.functions == 1 ? "" : "s");
  if (!hot.lines.empty() && hot.own) {
    const bool one = hot.lines.size() == 1;
    text += fmt::format(" The {} that took {:.0f} % of the time, by {} own time:",
                        one ? "line" : fmt::format("{} lines", hot.lines.size()), hot.percent, one ? "its" : "their");
  } else if (!hot.lines.empty()) {
    text += " Longest, with what they call, over all threads (% of the longest function):";
  }
  text = Paint(style.color).bold(prose(text, style));
  for (const HotLine& line : hot.lines) {
    const std::string code = code_at(recording, line.function.file, line.line);
    text += text_line(
        fmt::format("{:>9} {:>5.1f} %  {}:{}{}{}", human_time(line.ns), line.percent,
                    short_file(line.function.file, recording.run.root), line.line, code.empty() ? "" : "  ", code),
        style);
  }
  return text + "\n";
}

// What the options ask for and the recording does not have, and what the figures of the others mean.
std::string columns_text(const LineTables& tables) {
  const ReportStyle& style = tables.style;
  std::string text;
  if (style.own && !tables.own) text += prose("Own: this recording has no own times of lines (--own).", style);
  if (style.corrected && !tables.corrected) {
    text += prose(
        "Corrected: this recording has no corrected times (--corrected): what the hooks took was not measured.", style);
  }
  if (tables.own) text += prose("Own: Time without the calls of other watched functions.", style);
  if (tables.corrected) {
    const std::optional<Overhead>& overhead = tables.recording.run.overhead;
    const std::string band = overhead && overhead->total_ns != 0
                                 ? fmt::format(" What is taken off is right to \u00B1{:.0f} %.",
                                               share(static_cast<std::int64_t>(overhead->error_ns), overhead->total_ns))
                                 : "";
    text += prose("Corrected: Time without what the hooks took within it." + band, style);
  }
  return text;
}

Functions ordered_functions(const LineTables& tables, std::string_view sort) {
  Functions functions;
  for (const Function& function : tables.table.functions) {
    if (!tables.style.skip_zero || !never_ran(tables, function)) functions.push_back(&function);
  }
  const std::vector<std::string_view> orders = orders_of(sort_keys_of("line"), sort);
  for (auto order = orders.rbegin(); order != orders.rend(); ++order) {  // the first has the last word
    std::stable_sort(functions.begin(), functions.end(), [&](const Function* a, const Function* b) {
      if (*order == "time") return total_of(*a) > total_of(*b);
      if (*order == "hits") return sum_of(*a, tables.hits) > sum_of(*b, tables.hits);
      if (*order == "name") return a->key.name < b->key.name;
      return a->key < b->key;
    });
  }
  return functions;
}

// Where functions are cut off and no order is asked for, those with the most time stay.
Functions shown_functions(const LineTables& tables, Functions all) {
  const std::size_t top = tables.style.top.value_or(0);
  if (top == 0 || all.size() <= top) return all;
  if (orders_of(sort_keys_of("line"), tables.style.sort).empty()) all = ordered_functions(tables, "time");
  all.resize(top);
  return all;
}

std::string left_out_text(const LineTables& tables, const Functions& all, const Functions& shown) {
  std::string text;
  if (const std::size_t idle = tables.table.functions.size() - all.size(); idle != 0) {
    text += prose(fmt::format("{} function{} never ran (--skip-zero).", human_count(idle), idle == 1 ? "" : "s"),
                  tables.style);
  }
  if (shown.size() < all.size()) {
    std::uint64_t longest = 0;
    const std::set<const Function*> seen(shown.begin(), shown.end());
    for (const Function* function : all) {
      if (!seen.contains(function)) longest = std::max(longest, total_of(*function));
    }
    const std::size_t count = all.size() - shown.size();
    text += prose(fmt::format("{} more function{}, the longest of {}. --top=0 shows all.", human_count(count),
                              count == 1 ? "" : "s", human_time(longest)),
                  tables.style);
  }
  return text.empty() ? text : text + "\n";
}

std::string summary_text(const LineTables& tables, const Functions& functions) {
  const auto row = [&](std::string_view total, std::string_view own, std::string_view corrected,
                       std::string_view function) {
    std::string line = fmt::format("{:>9}", total);
    if (tables.own) line += fmt::format(" {:>9}", own);
    if (tables.corrected) line += fmt::format(" {:>9}", corrected);
    return text_line(fmt::format("{}  {}", line, function), tables.style);
  };
  std::string text = Paint(tables.style.color).bold(row("Time", "Own", "Corrected", "Function"));
  for (const Function* function : functions) {
    const FunctionKey& key = function->key;
    const std::string own =
        tables.own ? human_time(static_cast<std::uint64_t>(sum_of(*function, *tables.own))) : std::string();
    text +=
        row(human_time(total_of(*function)), own, function->corrected_ns ? human_time(*function->corrected_ns) : "",
            fmt::format("{}:{} - {}{}", short_file(key.file, tables.recording.run.root), key.line, printable(key.name),
                        function->thread ? fmt::format(" (thread {})", *function->thread) : ""));
  }
  return text + "\n";
}

std::string nothing_ran(const Recording& recording, const ReportStyle& style) {
  return prose("Line profile: no watched code ran. Own code is what lies under " + printable(recording.run.root) + ".",
               style) +
         prose("Watch more with --only=PATTERN: a file glob, a module, module:function, :function or @profile.",
               style) +
         "\n";
}

}  // namespace

LineTables::LineTables(const Recording& shown, const LineTable& lines, const ReportStyle& look)
    : recording(shown),
      table(lines),
      style(look),
      hits(lines.column("hits")),
      time(lines.column("time_ns")),
      own(look.own ? lines.find_column("own_ns") : std::nullopt),
      corrected(look.corrected ? lines.find_column("corrected_ns") : std::nullopt),
      unit(unit_of(lines, look)) {
  for (const Function& function : lines.functions) by_file[function.key.file].push_back(&function);
  for (auto& [file, functions] : by_file) {
    std::stable_sort(functions.begin(), functions.end(),
                     [](const Function* a, const Function* b) { return a->key.line < b->key.line; });
  }
}

std::uint64_t total_of(const Function& function) { return function.total_ns.value_or(0); }

std::int64_t sum_of(const Function& function, std::size_t column) {
  std::int64_t sum = 0;
  for (const LineTable::Row& row : function.rows) sum = add_saturated(sum, row.values[column]);
  return sum;
}

bool never_ran(const LineTables& tables, const Function& function) {
  return total_of(function) == 0 && sum_of(function, tables.hits) == 0;
}

std::string line_table_text(const Recording& recording, const LineTable& table, const ReportStyle& style) {
  if (table.functions.empty()) return nothing_ran(recording, style);
  LineTables tables(recording, table, style);
  std::string text = hot_lines_text(recording, table, style);
  text += fmt::format("Timer unit: {:g} s\n", tables.unit.ns / 1e9) + columns_text(tables) + "\n";
  const Functions all = ordered_functions(tables, style.sort);
  const Functions shown = shown_functions(tables, all);
  for (const Function* function : shown) text += line_function_text(tables, *function);
  if (tables.room == 0) text += prose("Some source text without figures was left out: there is too much of it.", style);
  text += left_out_text(tables, all, shown);
  if (style.summarize) text += summary_text(tables, all);
  return text;
}

}  // namespace pyharness
