#pragma once

#include <nlohmann/json.hpp>

#include "harness/record/json_node.h"
#include "harness/record/timeit_statements.h"

namespace pyharness {

/// The section "timeit" as JSON, and back; the latter throws Failure, as everything that reads a Node.
nlohmann::ordered_json to_value(const TimeitStatements& timeit);
TimeitStatements read_timeit(const Node& node);

}  // namespace pyharness
