#pragma once

// CPython's own headers, for the few facts that no public function tells. Included by .cpp files of this folder only.
#define PY_SSIZE_T_CLEAN
#define Py_BUILD_CORE 1
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <Python.h>
// pycore_atomic.h offers C's <stdatomic.h>, which C++ has not; without this it takes the compiler's builtins.
#undef HAVE_STD_ATOMIC
// 3.12's pycore_gc.h has a function of this name.
#undef _PyGC_FINALIZED
extern "C" {
#include <internal/pycore_frame.h>
#include <internal/pycore_interp.h>
#if PY_VERSION_HEX >= 0x030E0000
#include <internal/pycore_interpframe.h>
#endif
#include <internal/pycore_pystate.h>
#include <internal/pycore_runtime.h>
}
#pragma GCC diagnostic pop
