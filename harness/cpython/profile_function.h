#pragma once

#include "harness/cpython/python.h"

namespace pyharness {

/// Whom does CPython tell of calls on a thread, by sys.setprofile or PyEval_SetProfile? Null where nobody is. Needs the
/// interpreter lock.
inline Py_tracefunc profile_function(const PyThreadState* thread) noexcept { return thread->c_profilefunc; }
/// In the place of one that is there already, with its argument.
inline void replace_profile_function(PyThreadState* thread, Py_tracefunc function) noexcept {
  thread->c_profilefunc = function;
}

}  // namespace pyharness
