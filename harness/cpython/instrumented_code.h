#pragma once

#include <functional>

#include "harness/cpython/hook_weaving.h"
#include "harness/cpython/owned_ref.h"
#include "harness/cpython/python.h"

namespace pyharness {

// A code object with hooks woven in, which CPython runs in place of the program's own. It knows the one that it was
// made from, and which of its instructions is which of that one's. All calls need the interpreter lock.

/// Makes a hook's constant; null where memory is out.
using MakeHook = std::function<OwnedRef(const CodeHook&)>;

/// Before the first one is made; safe to call again. Throws Failure.
void open_instrumented_code();

/// A new one; `what` and `catches` as in weave_hooks(). Throws Failure where the bytecode is not the compiler's,
/// std::bad_alloc; leaves no exception set.
OwnedRef instrument_code(PyCodeObject* original, const MakeHook& make_hook, WhatToWeave what, bool catches);
/// The one that was made from `original`, where somebody still holds it; else null.
OwnedRef instrumented_code(PyCodeObject* original) noexcept;
/// Whether `inner` is the code of a function that is made in `outer`, an instrumented code object: then `outer` holds
/// `instrumented` from now on, as its original holds the other's. Throws std::bad_alloc.
bool hold_inner_code(PyCodeObject* outer, PyCodeObject* inner, const OwnedRef& instrumented);

/// What an instrumented one was made from, borrowed from it; null for any other code object.
[[nodiscard]] PyCodeObject* original_code(PyCodeObject* code) noexcept;
/// The same, or `code` itself.
[[nodiscard]] inline PyCodeObject* as_program_sees(PyCodeObject* code) noexcept {
  PyCodeObject* original = original_code(code);
  return original == nullptr ? code : original;
}

/// f_lasti and tb_lasti, in bytes: of an instrumented code object, where that is in its original; and back. Negative
/// ones, "not begun", stay.
[[nodiscard]] int original_offset(PyCodeObject* instrumented, int offset) noexcept;
[[nodiscard]] int instrumented_offset(PyCodeObject* instrumented, int offset) noexcept;
/// Whether there is a hook, a part of one, or an EXTENDED_ARG that the original can do without.
[[nodiscard]] bool is_inserted(PyCodeObject* code, int offset) noexcept;

}  // namespace pyharness
