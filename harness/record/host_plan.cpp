#include "harness/record/host_plan.h"

#include <nlohmann/json.hpp>

#include "harness/base/error.h"

namespace pyharness {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WatchPlan, only, exclude, roots, module)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(HostPlan, python, library, modes, watch, start_paused, engines, options)

// Paths are bytes, not always UTF-8, and JSON holds only UTF-8: CBOR keeps them as they are.
std::string to_bytes(const HostPlan& plan) {
  std::string bytes;
  nlohmann::json::to_cbor(nlohmann::json(plan), bytes);
  return bytes;
}

HostPlan plan_from_bytes(std::string_view bytes) {
  try {
    return nlohmann::json::from_cbor(bytes).get<HostPlan>();
  } catch (const nlohmann::json::exception& error) {
    throw Failure(std::string("the plan in the arena cannot be read: ") + error.what());
  }
}

}  // namespace pyharness
