#include "harness/record/comparison.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "harness/base/error.h"
#include "harness/record/merge.h"

namespace pyharness {
namespace {

constexpr std::size_t kMostCells = 16'000'000;  // of the dynamic programme: 4,000 lines against 4,000

std::string relative_to(const std::string& file, const std::string& root) {
  const bool below = !root.empty() && file.size() > root.size() && file.starts_with(root) && file[root.size()] == '/';
  return below ? file.substr(root.size() + 1) : file;
}

/// File relative to the root, qualified name, and which of the functions that share both.
using NumberedName = std::tuple<std::string, std::string, std::size_t>;

/// Functions of one name in one file (redefined, or lambdas) are told apart by their order.
class NameCounter {
 public:
  explicit NameCounter(std::string root) : root_(std::move(root)) {}
  NumberedName number(const FunctionKey& key) {
    const std::string file = relative_to(key.file, root_);
    return {file, key.name, seen_[{file, key.name}]++};
  }

 private:
  std::string root_;
  std::map<std::pair<std::string, std::string>, std::size_t> seen_;
};

std::string text_of(const Recording& recording, const LineTable::Function& function, std::uint32_t line) {
  const std::string* text = recording.source_line(function.key.file, line);
  // Without source, lines of equal distance from the function's start are taken for the same.
  return text != nullptr
             ? *text
             : "+" + std::to_string(static_cast<std::int64_t>(line) - static_cast<std::int64_t>(function.key.line));
}

using FunctionPair = std::pair<const LineTable::Function*, const LineTable::Function*>;

Comparison::Line line_of(const LineTable::Row* base, const LineTable::Row* head, std::string text,
                         std::size_t columns) {
  Comparison::Line line;
  line.text = std::move(text);
  if (base != nullptr) line.base_line = base->line;
  if (head != nullptr) line.head_line = head->line;
  for (std::size_t i = 0; i < columns; ++i) {
    line.figures.push_back({base == nullptr ? std::nullopt : std::optional(base->values[i]),
                            head == nullptr ? std::nullopt : std::optional(head->values[i])});
  }
  return line;
}

std::vector<Comparison::Line> align_lines(const Recording& base, const Recording& head, const FunctionPair& pair,
                                          std::size_t columns) {
  static const LineTable::Function kNone;
  const LineTable::Function& before = pair.first != nullptr ? *pair.first : kNone;
  const LineTable::Function& after = pair.second != nullptr ? *pair.second : kNone;
  std::vector<std::string> before_texts;
  std::vector<std::string> after_texts;
  for (const auto& row : before.rows) before_texts.push_back(text_of(base, before, row.line));
  for (const auto& row : after.rows) after_texts.push_back(text_of(head, after, row.line));
  auto equal = align(before_texts, after_texts);
  equal.emplace_back(before_texts.size(), after_texts.size());  // the ends, so that the rest comes out too
  std::vector<Comparison::Line> lines;
  std::size_t b = 0;
  std::size_t h = 0;
  for (const auto& [to_b, to_h] : equal) {
    for (; b < to_b; ++b) lines.push_back(line_of(&before.rows[b], nullptr, before_texts[b], columns));
    for (; h < to_h; ++h) lines.push_back(line_of(nullptr, &after.rows[h], after_texts[h], columns));
    if (b < before_texts.size() && h < after_texts.size()) {
      lines.push_back(line_of(&before.rows[b], &after.rows[h], after_texts[h], columns));
      ++b;
      ++h;
    }
  }
  return lines;
}

Comparison::Lines compare_lines(const Recording& base, const Recording& head, const std::string& section,
                                LineTable before, LineTable after) {
  keep_common_columns(before, after);
  before = over_threads(std::move(before));  // the threads of two runs have nothing to do with each other
  after = over_threads(std::move(after));
  std::map<NumberedName, FunctionPair> pairs;
  const auto add = [&](const Recording& recording, const LineTable& table, bool is_base) {
    NameCounter counter(recording.run.root);
    for (const LineTable::Function& function : table.functions) {
      FunctionPair& pair = pairs[counter.number(function.key)];
      (is_base ? pair.first : pair.second) = &function;
    }
  };
  add(base, before, true);
  add(head, after, false);
  Comparison::Lines lines{section, after.columns, {}};
  for (const auto& [key, pair] : pairs) {
    Comparison::Function function{
        std::get<0>(key), std::get<1>(key), {}, align_lines(base, head, pair, after.columns.size())};
    if (pair.first != nullptr && pair.first->total_ns)
      function.total_ns.base = static_cast<std::int64_t>(*pair.first->total_ns);
    if (pair.second != nullptr && pair.second->total_ns)
      function.total_ns.head = static_cast<std::int64_t>(*pair.second->total_ns);
    lines.functions.push_back(std::move(function));
  }
  return lines;
}

void put(Comparison::Call& into, const CallCosts& costs, std::optional<std::int64_t> FigurePair::*side) {
  into.calls.*side = static_cast<std::int64_t>(costs.calls);
  into.primitive_calls.*side = static_cast<std::int64_t>(costs.primitive_calls);
  into.self_ns.*side = static_cast<std::int64_t>(costs.self_ns);
  into.cumulative_ns.*side = static_cast<std::int64_t>(costs.cumulative_ns);
}

std::vector<Comparison::Call> compare_calls(const Recording& base, const Recording& head, const CallGraph& before,
                                            const CallGraph& after) {
  std::map<NumberedName, Comparison::Call> calls;
  const auto add = [&](const Recording& recording, const CallGraph& graph,
                       std::optional<std::int64_t> FigurePair::*side) {
    NameCounter counter(recording.run.root);
    for (const CallGraph::Function& function : graph.functions) {
      const NumberedName name = counter.number(function.key);
      Comparison::Call& call = calls[name];
      call.file = std::get<0>(name);
      call.name = std::get<1>(name);
      put(call, function.costs, side);
    }
  };
  add(base, before, &FigurePair::base);
  add(head, after, &FigurePair::head);
  std::vector<Comparison::Call> all;
  all.reserve(calls.size());
  for (auto& [name, call] : calls) all.push_back(std::move(call));
  return all;
}

Comparison::Allocations compare_allocations(const Recording& base, const Recording& head, const AllocSites& before,
                                            const AllocSites& after) {
  using Side = std::optional<std::int64_t> FigurePair::*;
  // Lines of one text in one function are told apart by their order.
  std::map<std::tuple<std::string, std::string, std::string, std::size_t>, Comparison::Site> sites;
  Comparison::Allocations all;
  const auto put = [](FigurePair& pair, std::uint64_t value, Side side) {
    pair.*side = static_cast<std::int64_t>(value);
  };
  const auto put_all = [&](auto& into, const auto& from, Side side) {
    put(into.peak_bytes, from.peak_bytes, side);
    put(into.live_bytes, from.live_bytes, side);
    put(into.total_bytes, from.total_bytes, side);
    put(into.total_count, from.total_count, side);
  };
  const auto add = [&](const Recording& recording, const AllocSites& alloc, Side side,
                       std::optional<std::uint32_t> Comparison::Site::*line) {
    std::map<std::tuple<std::string, std::string, std::string>, std::size_t> seen;
    AllocSites::Site whole;
    whole.peak_bytes = alloc.peak_bytes();
    whole.live_bytes = alloc.live_bytes();
    whole.total_bytes = alloc.total_bytes();
    whole.total_count = alloc.total_count();
    put_all(all, whole, side);
    for (const AllocSites::Site& from : alloc.sites) {
      const std::string file = relative_to(from.key.file, recording.run.root);
      const std::string* source = recording.source_line(from.key.file, from.key.line);
      const std::string text = source != nullptr ? *source : std::to_string(from.key.line);
      Comparison::Site& site = sites[{file, from.key.name, text, seen[{file, from.key.name, text}]++}];
      site.file = file;
      site.name = from.key.name;
      site.text = text;
      site.*line = from.key.line;
      put_all(site, from, side);
    }
  };
  add(base, before, &FigurePair::base, &Comparison::Site::base_line);
  add(head, after, &FigurePair::head, &Comparison::Site::head_line);
  for (auto& [key, site] : sites) all.sites.push_back(std::move(site));
  return all;
}

std::optional<std::int64_t> as_figure(const std::optional<std::uint64_t>& value) {
  return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
}

std::optional<std::int64_t> longest(const TimerRuns& timer) {
  std::optional<std::int64_t> most;
  for (const auto& run : timer.runs) {
    if (run.code_wall_ns) most = std::max(most.value_or(0), static_cast<std::int64_t>(*run.code_wall_ns));
  }
  return most;
}

Comparison::Timer compare_timers(const TimerRuns& base, const TimerRuns& head) {
  Comparison::Timer timer{{as_figure(base.min_ns()), as_figure(head.min_ns())},
                          {as_figure(base.median_ns()), as_figure(head.median_ns())},
                          {longest(base), longest(head)},
                          base.runs.size(),
                          head.runs.size(),
                          false};
  const bool both = timer.min_ns.base && timer.min_ns.head;
  timer.apart = both && (*timer.max_ns.base < *timer.min_ns.head || *timer.max_ns.head < *timer.min_ns.base);
  return timer;
}

void warn_where_different(std::vector<std::string>& warnings, const char* what, const std::string& base,
                          const std::string& head) {
  if (base != head)
    warnings.push_back(std::string("The two sides have another ") + what + ": " + base + " and " + head + ".");
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> align(const std::vector<std::string>& base,
                                                       const std::vector<std::string>& head) {
  std::size_t front = 0;
  while (front < base.size() && front < head.size() && base[front] == head[front]) ++front;
  std::size_t back = 0;
  while (back < base.size() - front && back < head.size() - front &&
         base[base.size() - 1 - back] == head[head.size() - 1 - back])
    ++back;
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < front; ++i) pairs.emplace_back(i, i);

  const std::size_t rows = base.size() - front - back;
  const std::size_t columns = head.size() - front - back;
  if (rows != 0 && columns != 0 && rows <= kMostCells / columns) {
    // longest[i][k]: of base from i on and head from k on.
    std::vector<std::uint32_t> longest((rows + 1) * (columns + 1), 0);
    const auto at = [&](std::size_t i, std::size_t k) -> std::uint32_t& { return longest[i * (columns + 1) + k]; };
    for (std::size_t i = rows; i-- > 0;) {
      for (std::size_t k = columns; k-- > 0;) {
        at(i, k) = base[front + i] == head[front + k] ? at(i + 1, k + 1) + 1 : std::max(at(i + 1, k), at(i, k + 1));
      }
    }
    for (std::size_t i = 0, k = 0; i < rows && k < columns;) {
      if (base[front + i] == head[front + k]) {
        pairs.emplace_back(front + i++, front + k++);
      } else if (at(i + 1, k) >= at(i, k + 1)) {
        ++i;
      } else {
        ++k;
      }
    }
  }
  for (std::size_t i = back; i-- > 0;) pairs.emplace_back(base.size() - 1 - i, head.size() - 1 - i);
  return pairs;
}

Comparison compare(const Recording& base, const Recording& head) {
  if (base.run.clock_source != head.run.clock_source) {
    throw Failure("the recordings cannot be compared: one was taken with the clock " + base.run.clock_source +
                  ", the other with " + head.run.clock_source + ".");
  }
  Comparison comparison;
  for (const Section& section : head.sections) {
    const Section* before = base.section(section.name);
    if (before == nullptr || before->data.index() != section.data.index()) continue;
    if (const auto* timer = std::get_if<TimerRuns>(&section.data)) {
      comparison.timer = compare_timers(std::get<TimerRuns>(before->data), *timer);
    } else if (const auto* lines = std::get_if<LineTable>(&section.data)) {
      comparison.line_tables.push_back(
          compare_lines(base, head, section.name, std::get<LineTable>(before->data), *lines));
    } else if (const auto* graph = std::get_if<CallGraph>(&section.data)) {
      comparison.calls = compare_calls(base, head, std::get<CallGraph>(before->data), *graph);
    } else if (const auto* alloc = std::get_if<AllocSites>(&section.data)) {
      comparison.alloc = compare_allocations(base, head, std::get<AllocSites>(before->data), *alloc);
    }
  }
  if (!comparison.timer && comparison.line_tables.empty() && comparison.calls.empty() && !comparison.alloc)
    throw Failure("the recordings have no mode in common.");
  warn_where_different(comparison.warnings, "processor", base.run.host_cpu, head.run.host_cpu);
  warn_where_different(comparison.warnings, "Python", base.run.python_version, head.run.python_version);
  warn_where_different(comparison.warnings, "PYTHONHASHSEED", base.run.hash_seed.value_or("random"),
                       head.run.hash_seed.value_or("random"));
  return comparison;
}

}  // namespace pyharness
