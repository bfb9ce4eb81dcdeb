#pragma once

#include <array>
#include <cstdint>

#include "harness/cpython/hook_weaving.h"
#include "harness/cpython/owned_ref.h"
#include "harness/cpython/python.h"

namespace pyharness {

/// A constant of woven code whose truth, when CPython asks for it, tells of an event. The program never sees one.
struct HookObject {
  PyObject head;
  void* function;         // of whoever hears of it
  std::uint32_t ordinal;  // of the hook's line; kNoOrdinal where it has none
  CodeHook hook;

  static constexpr std::uint32_t kNoOrdinal = 0xFFFFFFFF;
};

/// Called under the interpreter lock with a HookObject; must return 1, and run no Python.
using HookFunction = int (*)(PyObject* hook);

/// By HookKind. Once, before the first hook is made.
void open_hook_objects(const std::array<HookFunction, 5>& functions);
/// Null where memory is out, without an exception.
OwnedRef make_hook(const CodeHook& hook, void* function, std::uint32_t ordinal) noexcept;

/// For a hook of kind kHandler, while its truth is asked: whether the program's tracer would be told of a line here.
[[nodiscard]] bool handler_begins_line(const HookObject& hook) noexcept;

}  // namespace pyharness
