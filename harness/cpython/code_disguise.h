#pragma once

#include "harness/cpython/python.h"

namespace pyharness {

/// The program sees its own code objects, and not the instrumented ones that run in their place: what functions, frames,
/// generators and tracebacks tell of theirs (`__code__`, `f_code`, `gi_code`, `f_lasti`, `tb_lasti` ...) is translated, and
/// so is what is given to them. docs/promises.md lists what is left.
struct CodeDisguise {
  /// Which code object is to run for a function that is given this one (borrowed, as is the answer). Leaves no exception
  /// set.
  PyCodeObject* (*code_of_function)(PyCodeObject* code, PyObject* globals) = nullptr;
};

/// Once per process, for good, with the interpreter running. Throws Failure.
void open_code_disguise(const CodeDisguise& disguise);

/// A function runs this code object from its next call on.
void set_function_code(PyFunctionObject* function, PyCodeObject* code) noexcept;

}  // namespace pyharness
