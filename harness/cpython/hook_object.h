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
  void* timer = nullptr;  // of whoever hears of calls; null where nobody does

  static constexpr std::uint32_t kNoOrdinal = 0xFFFFFFFF;
};

/// Called under the interpreter lock with a HookObject; must return 1, and run no Python.
using HookFunction = int (*)(PyObject* hook);

/// Of lines, by HookKind. Once, before the first hook is made.
void open_hook_objects(const std::array<HookFunction, 5>& functions);
/// Of kBegin and kEnd: whom calls are told that `timer` stands for, also where they are told by the hooks of lines.
/// Before the first hook of theirs is made; safe to call again.
void open_timer_hooks(HookFunction begin, HookFunction end);
/// From a hook of kind kEnter and kLeave: tells those.
void tell_begin(PyObject* hook) noexcept;
void tell_end(PyObject* hook) noexcept;
/// The hooks of an instrumented code object that tell of calls do it for `timer` from now on.
void tell_of_calls(PyCodeObject* instrumented, void* timer) noexcept;
/// Whether the hooks of an instrumented code object tell of lines.
[[nodiscard]] bool tells_of_lines(PyCodeObject* instrumented) noexcept;
/// Null where memory is out, without an exception.
OwnedRef make_hook(const CodeHook& hook, void* function, std::uint32_t ordinal) noexcept;

/// For a hook of kind kHandler, while its truth is asked: whether the program's tracer would be told of a line here.
[[nodiscard]] bool handler_begins_line(const HookObject& hook) noexcept;

}  // namespace pyharness
