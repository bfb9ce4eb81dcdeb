#include "harness/cpython/loaded_seams.h"

#include <cstring>

#include "harness/base/error.h"
#include "harness/cpython/link_seams.h"
#include "harness/cpython/owned_ref.h"
#include "harness/cpython/thread_key.h"

namespace pyharness {
namespace {

void tell_of_tracer() {
  PyThreadState* thread = PyThreadState_Get();
  if (link_seams().program_tracer != nullptr) link_seams().program_tracer(thread, thread->c_tracefunc != nullptr);
}

// --- sys.settrace: its entry in the method table of sys leads through us; the function object stays the same

PyCFunction g_settrace = nullptr;  // CPython's

PyObject* settrace(PyObject* self, PyObject* function) {
  PyObject* result = g_settrace(self, function);
  if (result != nullptr) tell_of_tracer();
  return result;
}

void stand_before_settrace() {
  PyObject* function = PySys_GetObject("settrace");
  PyMethodDef* method = function != nullptr && PyCFunction_CheckExact(function)
                            ? reinterpret_cast<PyCFunctionObject*>(function)->m_ml
                            : nullptr;
  if (method == nullptr || method->ml_flags != METH_O) throw Failure("sys.settrace is not as CPython makes it.");
  g_settrace = method->ml_meth;
  method->ml_meth = settrace;
}

// --- the end of the program's code: the first atexit callback runs last

PyObject* code_ended(PyObject*, PyObject*) {
  if (link_seams().code_ended != nullptr) link_seams().code_ended();
  Py_RETURN_NONE;
}

PyMethodDef g_code_ended = {"code_ended", code_ended, METH_NOARGS, nullptr};

void register_code_ended() {
  PyObject* modules = PyImport_GetModuleDict();
  const bool known = PyDict_GetItemString(modules, "atexit") != nullptr;
  const OwnedRef atexit = OwnedRef::steal(PyImport_ImportModule("atexit"));
  const OwnedRef function = OwnedRef::steal(PyCFunction_New(&g_code_ended, nullptr));
  const OwnedRef done = atexit && function
                            ? OwnedRef::steal(PyObject_CallMethod(atexit.get(), "register", "O", function.get()))
                            : OwnedRef();
  // The interpreter keeps the callbacks, not the module: the program finds sys.modules as python starts it.
  if (!done || (!known && PyDict_DelItemString(modules, "atexit") != 0)) {
    PyErr_Clear();
    throw Failure("the end of the program's code cannot be watched.");
  }
}

}  // namespace

LinkSeams& link_seams() noexcept {
  static LinkSeams seams;
  return seams;
}

void open_link_seams() {
  if (link_seams().program_tracer != nullptr) stand_before_settrace();
  if (link_seams().code_ended != nullptr) register_code_ended();
}

void connect_link_seams(Interposed& interposed) noexcept {
  interposed.exiting = [] {
    if (link_seams().exiting != nullptr) link_seams().exiting();
  };
  interposed.thread_value_set = [](unsigned key, void* value) {
    if (link_seams().thread_born != nullptr && value != nullptr && is_thread_state_key(key))
      link_seams().thread_born(static_cast<PyThreadState*>(value));
  };
  interposed.tracer_set = tell_of_tracer;
}

}  // namespace pyharness
