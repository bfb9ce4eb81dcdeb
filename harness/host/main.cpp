// The host, with CPython inside: puts the hooks in and runs the program as python would. Started by pyharness only,
// with python's own arguments; see docs/life-of-a-run.md.
#include <cstdio>

#include "harness/base/error.h"
#include "harness/base/words.h"
#include "harness/cpython/python.h"
#include "harness/host/arena_mapping.h"
#include "harness/host/followed_exec.h"
#include "harness/host/start_host.h"

namespace {

std::optional<int> start(int argc, char** argv) {
  try {
    const pyharness::InheritedArena inherited = pyharness::map_inherited_arena();
    pyharness::follow_pythons(inherited.arena.header(), inherited.arena.plan());
    return pyharness::start_host(argc, argv, inherited);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pyharness: %s\n", pyharness::printable(error.what()).c_str());
    return pyharness::kOwnFailureStatus;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<int> status = start(argc, argv);
  return status ? *status : Py_RunMain();
}
