#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/record/recording.h"

namespace pyharness {

/// The functions of a call graph as a table shows them.
struct OrderedFunctions {
  std::vector<std::uint32_t> functions;  // indices into the graph's
  std::string order;                     // "internal time, function name"
};

/// By the keys in `sort` that the profile knows (text/sort_keys.h); by internal time where there are none. Functions
/// that are equal in all of them stay in the graph's order.
OrderedFunctions in_order(const CallGraph& graph, std::string_view sort);

}  // namespace pyharness
