#include "reporters/pstats/pstats_reporter.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/record/merge.h"
#include "reporters/support/marshal.h"

namespace pyharness {
namespace {

using Edge = CallGraph::Edge;

double seconds(std::uint64_t ns) { return static_cast<double>(ns) / 1e9; }

FunctionKey key_in_the_file(const FunctionKey& key) {
  return {valid_utf8(key.file), key.line, valid_utf8(key.file == "~" ? key.name : plain_name(key.name))};
}

/// The graph with the keys that the file has: functions that cannot be told apart by them are one. Edges by callee.
CallGraph by_plain_names(CallGraph graph) {
  for (CallGraph::Function& function : graph.functions) function.key = key_in_the_file(function.key);
  CallGraph plain;
  merge_into(plain, graph);
  std::stable_sort(plain.edges.begin(), plain.edges.end(),
                   [](const Edge& a, const Edge& b) { return a.callee < b.callee; });
  return plain;
}

class PstatsFile {
 public:
  explicit PstatsFile(const CallGraph& graph) : graph_(by_plain_names(graph)), marks_(graph_.functions.size()) {}

  [[nodiscard]] const std::string& bytes() {
    marshal_.dict();
    auto edge = graph_.edges.begin();
    for (std::uint32_t i = 0; i < graph_.functions.size(); ++i) {
      const CallCosts& costs = graph_.functions[i].costs;
      key(i);
      marshal_.tuple(5);
      marshal_.integer(costs.primitive_calls);
      marshal_.integer(costs.calls);
      times(costs);
      marshal_.dict();
      for (; edge != graph_.edges.end() && edge->callee == i; ++edge) caller(*edge);
      marshal_.end_dict();
    }
    marshal_.end_dict();
    return marshal_.bytes();
  }

 private:
  void caller(const Edge& edge) {
    key(edge.caller);
    marshal_.tuple(4);
    marshal_.integer(edge.costs.calls);
    marshal_.integer(edge.costs.primitive_calls);
    times(edge.costs);
  }

  void times(const CallCosts& costs) {
    marshal_.real(seconds(costs.self_ns));
    marshal_.real(seconds(costs.cumulative_ns));
  }

  void key(std::uint32_t index) {
    std::optional<MarshalWriter::Mark>& mark = marks_[index];
    if (mark) return marshal_.again(*mark);
    mark = marshal_.marked_tuple(3);
    const FunctionKey& function = graph_.functions[index].key;
    marshal_.text(function.file);
    marshal_.integer(function.line);
    marshal_.text(function.name);
  }

  CallGraph graph_;
  std::vector<std::optional<MarshalWriter::Mark>> marks_;
  MarshalWriter marshal_;
};

class PstatsReporter final : public Reporter {
 public:
  void write(const Recording& recording, Output& output) const override {
    const auto* graph = recording.find<CallGraph>("profile");
    if (graph == nullptr) throw Failure("the recording has no profile. Record one with --mode=profile.");
    // pstats takes an empty file for a broken one.
    if (graph->functions.empty()) throw Failure("the profile has no call in it, and pstats reads no empty file.");
    output.write(PstatsFile(*graph).bytes());
  }
};

}  // namespace

std::string_view plain_name(std::string_view qualified) { return qualified.substr(qualified.rfind('.') + 1); }

std::unique_ptr<Reporter> make_pstats_reporter(const ReportStyle&) { return std::make_unique<PstatsReporter>(); }

}  // namespace pyharness
