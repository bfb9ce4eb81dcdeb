#include "harness/record/host_plan.h"

#include <nlohmann/json.hpp>

#include "harness/base/error.h"
#include "harness/record/cbor.h"
#include "harness/record/event_costs.h"

namespace pyharness {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WatchPlan, only, exclude, roots, module, commands)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(KnownPython, device, inode, host)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ZygotePlan, socket, kind, target)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(HostPlan, python, library, modes, watch, follow, start_paused, timed, engines,
                                   options, zygote, costs)

std::string to_bytes(const HostPlan& plan) { return to_cbor(plan); }

HostPlan plan_from_bytes(std::string_view bytes) {
  try {
    return from_cbor(bytes).get<HostPlan>();
  } catch (const nlohmann::json::exception& error) {
    throw Failure(std::string("the plan in the arena cannot be read: ") + error.what());
  }
}

}  // namespace pyharness
