#pragma once

#include <cstdint>
#include <vector>

#include "harness/cpython/bytecode.h"

namespace pyharness {

// Where a function's bytecode has to call us, so that we hear what sys.settrace would be told: edits a Bytecode, knows
// no objects. How and why: docs/instrumented-code.md.

/// What a hook is to tell.
enum class HookKind : std::uint8_t {
  kEnter,    // a frame begins; with a line, also that it reaches its first line
  kResume,   // a generator's frame goes on, in the middle of this line
  kLine,     // the frame reaches this line
  kHandler,  // an exception handler begins on this line: a hit or not, which depends on where it was raised
  kLeave,    // the frame returns, or an exception leaves it
};

struct CodeHook {
  HookKind kind = HookKind::kLine;
  std::uint32_t line = 0;   // 0: none
  std::uint32_t depth = 0;  // of kHandler: where on the frame's stack it says where it was raised
  auto operator<=>(const CodeHook&) const = default;
};

struct WovenBytecode {
  Bytecode bytecode;
  std::vector<CodeHook> hooks;  // each once: constant `first_constant + i` of the woven code
};

struct WeavePlan {
  std::uint32_t first_constant = 0;  // which number the first hook will have
  /// Whether a frame that an exception leaves tells of it. It is caught and raised again for that: an exception's own
  /// __traceback__, if C code looks at it before Python code does, has the frame already.
  bool tells_of_exceptions = true;
};
WovenBytecode weave_hooks(const Bytecode& original, const WeavePlan& plan);

}  // namespace pyharness
