#include "reporters/text/profile_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <tuple>

#include "reporters/text/function_label.h"
#include "reporters/text/sort_keys.h"

namespace pyharness {
namespace {

using Function = CallGraph::Function;
using Before = bool (*)(const Function&, const Function&);

constexpr std::string_view kOwnOrder = "time";

// What most is wanted of stands first: the most of a figure, the least of a name.
Before before(std::string_view order) {
  if (order == "internal time")
    return [](const Function& a, const Function& b) { return a.costs.self_ns > b.costs.self_ns; };
  if (order == "cumulative time")
    return [](const Function& a, const Function& b) { return a.costs.cumulative_ns > b.costs.cumulative_ns; };
  if (order == "call count") return [](const Function& a, const Function& b) { return a.costs.calls > b.costs.calls; };
  if (order == "primitive call count")
    return [](const Function& a, const Function& b) { return a.costs.primitive_calls > b.costs.primitive_calls; };
  if (order == "function name") return [](const Function& a, const Function& b) { return a.key.name < b.key.name; };
  if (order == "file name") return [](const Function& a, const Function& b) { return a.key.file < b.key.file; };
  if (order == "line number") return [](const Function& a, const Function& b) { return a.key.line < b.key.line; };
  if (order == "name/file/line") {
    return [](const Function& a, const Function& b) {
      return std::tie(a.key.name, a.key.file, a.key.line) < std::tie(b.key.name, b.key.file, b.key.line);
    };
  }
  if (order == "standard name")
    return [](const Function& a, const Function& b) { return standard_name(a.key) < standard_name(b.key); };
  throw std::logic_error("no such order: " + std::string(order));
}

}  // namespace

OrderedFunctions in_order(const CallGraph& graph, std::string_view sort) {
  const auto keys = sort_keys_of("profile");
  std::vector<std::string_view> orders = orders_of(keys, sort);
  if (orders.empty()) orders.push_back(order_of(keys, kOwnOrder));
  OrderedFunctions ordered{std::vector<std::uint32_t>(graph.functions.size()),
                           fmt::format("{}", fmt::join(orders, ", "))};
  std::iota(ordered.functions.begin(), ordered.functions.end(), 0U);
  for (auto order = orders.rbegin(); order != orders.rend(); ++order) {  // the first has the last word
    std::stable_sort(ordered.functions.begin(), ordered.functions.end(),
                     [&, first = before(*order)](std::uint32_t a, std::uint32_t b) {
                       return first(graph.functions[a], graph.functions[b]);
                     });
  }
  return ordered;
}

}  // namespace pyharness
