#include "harness/record/run_context.h"

#include <nlohmann/json.hpp>

#include "harness/base/error.h"
#include "harness/record/cbor.h"
#include "harness/record/event_costs.h"

namespace pyharness {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RunContext, argv, target, root, modes, python_version, python_executable, hash_seed,
                                   cpu, cores, kernel, started_at, clock, keep_source, costs)

std::string to_bytes(const RunContext& context) { return to_cbor(context); }

RunContext context_from_bytes(std::string_view bytes) {
  try {
    return from_cbor(bytes).get<RunContext>();
  } catch (const nlohmann::json::exception& error) {
    throw Failure(std::string("what is said of the run cannot be read: ") + error.what());
  }
}

}  // namespace pyharness
