#pragma once

#include "harness/cpython/python.h"

namespace pyharness {

/// The program sees its own code objects, and not the instrumented ones that run in their place: what functions,
/// frames, generators and tracebacks tell of theirs (`__code__`, `f_code`, `gi_code`, `f_lasti`, `tb_lasti` ...) is
/// translated, and so is what is given to them. docs/promises.md lists what is left.
///
/// What a function is given by `f.__code__ = ...` or types.FunctionType() is asked of LinkSeams::code_to_run. For good,
/// with the interpreter running; safe to call again. Throws Failure.
void open_code_disguise();

/// A function runs this code object from its next call on.
void set_function_code(PyFunctionObject* function, PyCodeObject* code) noexcept;

}  // namespace pyharness
