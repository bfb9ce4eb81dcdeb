#include "harness/host/core.h"

#include "harness/cpython/loaded_seams.h"
#include "harness/cpython/python.h"
#include "harness/host/start_host.h"

extern "C" __attribute__((visibility("default"))) int pyharness_run_core(int argc, char** argv,
                                                                         const pyharness::InheritedArena& arena,
                                                                         pyharness::Interposed* interposed) {
  pyharness::connect_link_seams(*interposed);
  const std::optional<int> status = pyharness::start_host(argc, argv, arena);
  return status ? *status : Py_RunMain();
}
