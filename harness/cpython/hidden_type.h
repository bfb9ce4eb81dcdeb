#pragma once

#include "harness/base/error.h"
#include "harness/cpython/python.h"

namespace pyharness {

/// A type whose objects stand among a code object's constants, where the program never sees them: each equal to itself
/// only, since code objects are hashed and compared by their constants. `type` must live for good. Throws Failure.
inline void open_hidden_type(PyTypeObject& type, const char* name, Py_ssize_t bytes, destructor destroy) {
  type = {};
  Py_SET_REFCNT(reinterpret_cast<PyObject*>(&type), 1);
  type.tp_name = name;
  type.tp_basicsize = bytes;
  type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION;
  type.tp_dealloc = destroy;
  type.tp_hash = [](PyObject* object) { return _Py_HashPointer(object); };
}

/// After the slots that make it what it is.
inline void ready_hidden_type(PyTypeObject& type) {
  if (PyType_Ready(&type) == 0) return;
  PyErr_Clear();
  throw Failure("there is no memory for the line hooks.");
}

}  // namespace pyharness
