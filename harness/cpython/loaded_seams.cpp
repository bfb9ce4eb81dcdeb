#include "harness/cpython/loaded_seams.h"

#include <string>
#include <utility>

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

void tell_of_profiler() {
  PyThreadState* thread = PyThreadState_Get();
  if (link_seams().program_profiler != nullptr) link_seams().program_profiler(thread, thread->c_profilefunc != nullptr);
}

// --- sys.settrace and sys.setprofile: their entries in the method table of sys lead through us; the function objects
// stay the same

PyCFunction g_settrace = nullptr;    // CPython's
PyCFunction g_setprofile = nullptr;  // likewise

PyObject* settrace(PyObject* self, PyObject* function) {
  PyObject* result = g_settrace(self, function);
  if (result != nullptr) tell_of_tracer();
  return result;
}

PyObject* setprofile(PyObject* self, PyObject* function) {
  PyObject* result = g_setprofile(self, function);
  if (result != nullptr) tell_of_profiler();
  return result;
}

PyCFunction stand_before(const char* name, PyCFunction ours) {
  PyObject* function = PySys_GetObject(name);
  PyMethodDef* method = function != nullptr && PyCFunction_CheckExact(function)
                            ? reinterpret_cast<PyCFunctionObject*>(function)->m_ml
                            : nullptr;
  if (method == nullptr || method->ml_flags != METH_O)
    throw Failure(std::string("sys.") + name + " is not as CPython makes it.");
  return std::exchange(method->ml_meth, ours);
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
  if (link_seams().program_tracer != nullptr) g_settrace = stand_before("settrace", settrace);
  if (link_seams().program_profiler != nullptr) g_setprofile = stand_before("setprofile", setprofile);
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
  interposed.profiler_set = tell_of_profiler;
}

}  // namespace pyharness
