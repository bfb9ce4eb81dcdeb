#pragma once

#include <string>

#include "harness/cpython/python.h"

namespace pyharness {

/// What is this C function (a PyCFunction, or a method of a C type, called on `self`) called in a profile? As cProfile
/// has it: "<built-in method builtins.len>",
/// "<method 'append' of 'list' objects>"; but without addresses of objects, which are others in each process. No code
/// of the program runs. Needs the interpreter lock and no exception set; leaves none.
std::string c_function_name(PyObject* function, PyObject* self);

}  // namespace pyharness
