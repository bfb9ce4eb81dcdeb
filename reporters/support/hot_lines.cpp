#include "reporters/support/hot_lines.h"

#include <algorithm>

#include "harness/record/merge.h"
#include "harness/record/saturated.h"
#include "reporters/support/wording.h"

namespace pyharness {
namespace {

constexpr double kLeastShare = 0.1;  // percent

std::uint64_t not_negative(std::int64_t figure) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(figure, 0));
}

}  // namespace

HotLines hot_lines(const LineTable& all, std::size_t most) {
  const LineTable table = over_threads(all);
  const std::size_t hits = table.column("hits");
  const auto own = table.find_column("own_ns");
  const std::size_t time = own ? *own : table.column("time_ns");

  HotLines hot;
  hot.own = own.has_value();
  hot.functions = table.functions.size();
  std::uint64_t whole = 0;
  for (const LineTable::Function& function : table.functions) {
    if (!hot.own) whole = std::max(whole, function.total_ns.value_or(0));
    for (const LineTable::Row& row : function.rows) {
      const HotLine line{function.key, row.line, not_negative(row.values[hits]), not_negative(row.values[time]), 0};
      if (hot.own) whole = add_saturated(whole, line.ns);
      hot.hits = add_saturated(hot.hits, line.hits);
      hot.lines.push_back(line);
    }
  }
  std::stable_sort(hot.lines.begin(), hot.lines.end(), [](const HotLine& a, const HotLine& b) { return a.ns > b.ns; });
  if (hot.lines.size() > most) hot.lines.resize(most);
  for (HotLine& line : hot.lines) line.percent = share(static_cast<std::int64_t>(line.ns), whole);
  std::erase_if(hot.lines, [](const HotLine& line) { return line.percent < kLeastShare; });
  if (hot.own) {
    for (const HotLine& line : hot.lines) hot.percent += line.percent;
  }
  return hot;
}

}  // namespace pyharness
