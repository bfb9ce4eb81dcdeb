#include "reporters/callgrind/callgrind_reporter.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/record/merge.h"
#include "harness/record/saturated.h"

namespace pyharness {
namespace {

/// Names with a number each: written whole the first time, then as the number (some readers refuse the name again).
class Names {
 public:
  /// "(3) name", or "(3)".
  std::string spec(const std::string& name) {
    const auto [at, added] = numbers_.try_emplace(name, numbers_.size() + 1);
    // A line end would end the name; none at all would ask for a number that is not there yet.
    return added ? fmt::format("({}) {}", at->second, name.empty() ? "?" : printable(name))
                 : fmt::format("({})", at->second);
  }

 private:
  std::map<std::string, std::size_t> numbers_;
};

/// Functions as the format tells them apart: by file and name.
class FunctionNames {
 public:
  void add(const FunctionKey& key) { ++count_[{key.file, key.name}]; }

  /// The qualified name, with the line where several of a file have the same.
  [[nodiscard]] std::string name(const FunctionKey& key) const {
    return count_.at({key.file, key.name}) > 1 ? fmt::format("{}:{}", key.name, key.line) : key.name;
  }

 private:
  std::map<std::pair<std::string, std::string>, std::size_t> count_;
};

class CallgrindFile {
 public:
  CallgrindFile(const RunInfo& run, std::string_view events) {
    text_ = fmt::format("# callgrind format\nversion: 1\ncreator: pyharness\ncmd: {}\npositions: line\nevents: {}\n",
                        printable(join_like_shell(run.argv)), events);
  }

  void know(const FunctionKey& key) { functions_.add(key); }

  /// The function that costs and calls belong to from here on.
  void function(const FunctionKey& key) {
    file_ = key.file;
    line("");
    line("fl=" + files_.spec(key.file));
    line("fn=" + names_.spec(functions_.name(key)));
  }
  /// What a line cost by itself, a figure for each event.
  void costs(std::uint32_t number, const std::vector<std::uint64_t>& figures) {
    totals_.resize(figures.size());
    for (std::size_t i = 0; i < figures.size(); ++i) totals_[i] = add_saturated(totals_[i], figures[i]);
    line(fmt::format("{} {}", number, fmt::join(figures, " ")));
  }
  /// Calls from a line, with what they cost in all.
  void calls(std::uint32_t from, const FunctionKey& callee, std::uint64_t count, std::uint64_t cost) {
    // Of its own file callgrind_annotate would not know the function again: only fl= is shortened to be relative.
    if (callee.file != file_) line("cfi=" + files_.spec(callee.file));
    line("cfn=" + names_.spec(functions_.name(callee)));
    // A call that was still open at the end is not counted yet. Without one, what it cost would be the line's own.
    line(fmt::format("calls={} {}", std::max<std::uint64_t>(count, 1), callee.line));
    line(fmt::format("{} {}", from, cost));
  }

  [[nodiscard]] std::string finished() {
    line("");
    line(fmt::format("totals: {}", fmt::join(totals_, " ")));
    return std::move(text_);
  }

 private:
  void line(std::string_view text) {
    text_ += text;
    text_ += '\n';
  }

  std::string text_;
  std::string file_;  // of the function that costs belong to
  Names files_;
  Names names_;
  FunctionNames functions_;
  std::vector<std::uint64_t> totals_;
};

std::string file_of(const RunInfo& run, const CallGraph& graph) {
  CallgrindFile file(run, "Nanoseconds");
  for (const CallGraph::Function& function : graph.functions) file.know(function.key);
  std::vector<CallGraph::Edge> edges = graph.edges;
  std::stable_sort(edges.begin(), edges.end(),
                   [](const CallGraph::Edge& a, const CallGraph::Edge& b) { return a.caller < b.caller; });
  auto edge = edges.begin();
  for (std::uint32_t i = 0; i < graph.functions.size(); ++i) {
    const FunctionKey& key = graph.functions[i].key;
    file.function(key);
    file.costs(key.line, {graph.functions[i].costs.self_ns});
    for (; edge != edges.end() && edge->caller == i; ++edge) {
      // What a function's calls of itself took is in the call around them: readers add all calls up.
      const std::uint64_t cost = edge->callee == i ? 0 : edge->costs.cumulative_ns;
      file.calls(key.line, graph.functions[edge->callee].key, edge->costs.calls, cost);
    }
  }
  return file.finished();
}

std::string file_of(const RunInfo& run, const LineTable& table) {
  const auto own = table.find_column("own_ns");
  const std::size_t time = own ? *own : table.column("time_ns");
  const std::size_t hits = table.column("hits");
  const auto count = [](std::int64_t value) { return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)); };
  CallgrindFile file(run, own ? "Nanoseconds Hits" : "NanosecondsWithCalls Hits");
  for (const LineTable::Function& function : table.functions) file.know(function.key);
  for (const LineTable::Function& function : table.functions) {
    file.function(function.key);
    for (const LineTable::Row& row : function.rows)
      file.costs(row.line, {count(row.values[time]), count(row.values[hits])});
  }
  return file.finished();
}

class CallgrindReporter final : public Reporter {
 public:
  void write(const Recording& recording, Output& output) const override {
    if (const auto* graph = recording.find<CallGraph>("profile")) {
      output.write(file_of(recording.run, *graph));
    } else if (const auto* table = recording.find<LineTable>("line")) {
      output.write(file_of(recording.run, over_threads(*table)));
    } else {
      throw Failure("the recording has neither calls nor lines. Record them with --mode=profile or --mode=line.");
    }
  }
};

}  // namespace

std::unique_ptr<Reporter> make_callgrind_reporter(const ReportStyle&) { return std::make_unique<CallgrindReporter>(); }

}  // namespace pyharness
