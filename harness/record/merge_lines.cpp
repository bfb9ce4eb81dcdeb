// Line tables that come together.
#include <algorithm>
#include <map>
#include <set>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/record/merge.h"
#include "harness/record/saturated.h"

namespace pyharness {
namespace {

using Identity = std::pair<FunctionKey, std::optional<std::uint64_t>>;  // the latter the thread

// "trace,monitoring" and "trace" are "trace,monitoring".
std::string joined_words(std::string words, const std::string& more) {
  const std::vector<std::string> before = split(words, ',');
  std::set<std::string> known(before.begin(), before.end());
  for (const std::string& word : split(more, ',')) {
    if (known.insert(word).second) words += (words.empty() ? "" : ",") + word;
  }
  return words;
}

void merge_rows(LineTable::Function& into, const LineTable::Function& other, const std::vector<Column>& columns) {
  std::map<std::uint32_t, LineTable::Row> rows;
  for (LineTable::Row& row : into.rows) rows.emplace(row.line, std::move(row));
  for (const LineTable::Row& row : other.rows) {
    const auto [at, added] = rows.emplace(row.line, row);
    if (added) continue;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      std::int64_t& value = at->second.values[i];
      value =
          columns[i].merge == MergeRule::kAdd ? add_saturated(value, row.values[i]) : std::max(value, row.values[i]);
    }
  }
  into.rows.clear();
  for (auto& [line, row] : rows) into.rows.push_back(std::move(row));
  if (other.total_ns) into.total_ns = add_saturated(into.total_ns.value_or(0), *other.total_ns);
  into.last_line = std::max(into.last_line, other.last_line);
  into.engine = joined_words(into.engine, other.engine);
  into.marked = into.marked || other.marked;
  into.corrected_ns = into.corrected_ns && other.corrected_ns
                          ? std::optional(add_saturated(*into.corrected_ns, *other.corrected_ns))
                          : std::nullopt;
}

bool has_rows(const LineTable& table) {
  return std::any_of(table.functions.begin(), table.functions.end(),
                     [](const LineTable::Function& function) { return !function.rows.empty(); });
}

// What has no rows lacks no column.
void add_optional_columns(LineTable& into, const LineTable& other) {
  if (has_rows(into)) return;
  for (const Column& column : other.columns) {
    if (column.optional && !into.find_column(column.name)) into.columns.push_back(column);
  }
}

// Throws Failure where a column that every table has is not the same on both sides.
std::vector<Column> common_columns(const LineTable& a, const LineTable& b) {
  std::vector<Column> common;
  const auto has = [](const LineTable& table, const Column& column) {
    return std::find(table.columns.begin(), table.columns.end(), column) != table.columns.end();
  };
  for (const Column& column : a.columns) {
    if (has(b, column)) common.push_back(column);
  }
  const auto needs_more = [&](const LineTable& table) {
    return std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
      return !column.optional && std::find(common.begin(), common.end(), column) == common.end();
    });
  };
  if (needs_more(a) || needs_more(b))
    throw Failure("the recordings do not go together: their line tables have different columns.");
  return common;
}

// A function's own corrected total goes with the column.
void keep_columns(LineTable& table, const std::vector<Column>& columns) {
  if (table.columns == columns) return;
  std::vector<std::size_t> kept;
  for (const Column& column : columns) kept.push_back(table.column(column.name));
  table.columns = columns;
  const bool corrected = table.find_column("corrected_ns").has_value();
  for (LineTable::Function& function : table.functions) {
    if (!corrected) function.corrected_ns.reset();
    for (LineTable::Row& row : function.rows) {
      std::vector<std::int64_t> values;
      for (const std::size_t column : kept) values.push_back(row.values[column]);
      row.values = std::move(values);
    }
  }
}

void add_functions(LineTable& into, const LineTable& other) {
  std::map<Identity, LineTable::Function> functions;
  const auto add = [&](LineTable::Function function) {
    const Identity identity{function.key, function.thread};
    const auto [at, added] = functions.try_emplace(identity, std::move(function));
    if (!added) merge_rows(at->second, function, into.columns);  // try_emplace has left it alone
  };
  for (LineTable::Function& function : into.functions) add(std::move(function));
  for (const LineTable::Function& function : other.functions) add(function);
  into.functions.clear();
  for (auto& [identity, function] : functions) into.functions.push_back(std::move(function));
}

}  // namespace

void keep_common_columns(LineTable& a, LineTable& b) {
  add_optional_columns(a, b);
  add_optional_columns(b, a);
  const std::vector<Column> common = common_columns(a, b);
  keep_columns(a, common);
  keep_columns(b, common);
}

void merge_into(LineTable& into, const LineTable& other) {
  if (into.columns == other.columns) return add_functions(into, other);
  LineTable same = other;
  keep_common_columns(into, same);
  add_functions(into, same);
}

LineTable over_threads(LineTable table) {
  for (LineTable::Function& function : table.functions) function.thread.reset();
  add_functions(table, {});
  return table;
}

}  // namespace pyharness
