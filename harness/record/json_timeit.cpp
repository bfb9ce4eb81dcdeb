#include "harness/record/json_timeit.h"

namespace pyharness {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::uint64_t> counts(const Node& node) {
  std::vector<std::uint64_t> all;
  node.each([&](const Node& count) { all.push_back(count.count()); });
  return all;
}

}  // namespace

Json to_value(const TimeitStatements& timeit) {
  Json statements = Json::array();
  for (const TimeitStatements::Statement& statement : timeit.statements) {
    statements.push_back({{"stmt", statement.stmt},
                          {"setup", statement.setup},
                          {"loops", statement.loops},
                          {"totals_ns", statement.totals_ns},
                          {"loop_cost_ns", statement.loop_cost_ns},
                          {"processes", statement.processes}});
  }
  return {{"clock", timeit.clock == TimeitStatements::Clock::kCpu ? "cpu" : "wall"},
          {"statements", std::move(statements)}};
}

TimeitStatements read_timeit(const Node& node) {
  TimeitStatements timeit;
  const std::string clock = node["clock"].text();
  if (clock != "wall" && clock != "cpu") node["clock"].wrong("wall or cpu");
  timeit.clock = clock == "cpu" ? TimeitStatements::Clock::kCpu : TimeitStatements::Clock::kWall;
  node["statements"].each([&](const Node& value) {
    TimeitStatements::Statement statement{value["stmt"].text(),          value["setup"].text(),
                                          value["loops"].count(),        counts(value["totals_ns"]),
                                          value["loop_cost_ns"].count(), counts(value["processes"])};
    if (statement.loops == 0) value["loops"].wrong("at least 1");
    if (!fits(statement.processes, statement.totals_ns.size()))
      value["processes"].wrong("as many repeats as there are totals");
    timeit.statements.push_back(std::move(statement));
  });
  if (timeit.statements.empty()) node["statements"].wrong("at least one");
  return timeit;
}

}  // namespace pyharness
