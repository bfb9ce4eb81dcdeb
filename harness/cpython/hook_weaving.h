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
  kResume,   // a generator's frame goes on; with a line, in the middle of it
  kLine,     // the frame reaches this line
  kHandler,  // an exception handler begins on this line: a hit or not, which depends on where it was raised
  kLeave,    // the frame returns, or an exception leaves it
  kBegin,    // a call begins; the only ones where calls are all that is woven in
  kEnd,      // it returns, or an exception leaves it
};

inline constexpr std::size_t kHookKinds = 7;

/// All that sys.settrace would be told, or only where calls begin and end: those of a generator with its first and its
/// last instruction.
enum class WhatToWeave { kLines, kCalls };

struct CodeHook {
  HookKind kind = HookKind::kLine;
  std::uint32_t line = 0;   // 0: none
  std::uint32_t depth = 0;  // of kHandler: where on the frame's stack it says where it was raised
  auto operator<=>(const CodeHook&) const = default;
};

struct WovenBytecode {
  Bytecode bytecode;
  std::vector<CodeHook> hooks;  // constant `first_constant + i` of the woven code
};

/// `first_constant` is what the code's constants are followed by: the number of the first hook. With `catches`, a frame
/// that an exception leaves tells of it. The exception is caught and raised again for that: its own __traceback__, if C
/// code looks at it before Python code does, has the frame already.
WovenBytecode weave_hooks(const Bytecode& original, std::uint32_t first_constant, WhatToWeave what, bool catches);

}  // namespace pyharness
