#include "harness/cpython/loaded_seams.h"

#include <cstring>
#include <string>
#include <utility>

#include "harness/base/error.h"
#include "harness/cpython/link_seams.h"
#include "harness/cpython/owned_ref.h"
#include "harness/cpython/thread_key.h"

namespace pyharness {
namespace {

// Where this libpython calls its own functions through the dynamic linker, the loader tells of a call before the method
// table does: once is enough.
thread_local bool t_told = false;

void tell_of_tracer() {
  t_told = true;
  PyThreadState* thread = PyThreadState_Get();
  if (link_seams().program_tracer != nullptr) link_seams().program_tracer(thread, thread->c_tracefunc != nullptr);
}

void tell_of_profiler() {
  t_told = true;
  PyThreadState* thread = PyThreadState_Get();
  if (link_seams().program_profiler != nullptr) link_seams().program_profiler(thread, thread->c_profilefunc != nullptr);
}

// --- sys.settrace and sys.setprofile: their entries in the method table of sys lead through us; the function objects
// stay the same

PyCFunction g_settrace = nullptr;    // CPython's
PyCFunction g_setprofile = nullptr;  // likewise

PyObject* settrace(PyObject* self, PyObject* function) {
  t_told = false;
  PyObject* result = g_settrace(self, function);
  if (result != nullptr && !t_told) tell_of_tracer();
  return result;
}

PyObject* setprofile(PyObject* self, PyObject* function) {
  t_told = false;
  PyObject* result = g_setprofile(self, function);
  if (result != nullptr && !t_told) tell_of_profiler();
  return result;
}

// Null where the program's start (sitecustomize) has put something else there, or nothing: nobody sets one that way
// then.
PyCFunction stand_before(const char* name, PyCFunction ours) {
  PyObject* function = PySys_GetObject(name);
  PyMethodDef* method = function != nullptr && PyCFunction_CheckExact(function)
                            ? reinterpret_cast<PyCFunctionObject*>(function)->m_ml
                            : nullptr;
  return method == nullptr || method->ml_flags != METH_O ? nullptr : std::exchange(method->ml_meth, ours);
}

// --- the end of the program's code: the first atexit callback runs last

void register_code_ended();

PyObject* code_ended(PyObject*, PyObject*) {
  if (PyEval_GetFrame() == nullptr) {
    if (link_seams().code_ended != nullptr) link_seams().code_ended();
  } else {
    // The program itself calls atexit._run_exitfuncs(), which drops the callbacks when they have run.
    Py_AddPendingCall(
        [](void*) {
          register_code_ended();
          return 0;
        },
        nullptr);
  }
  Py_RETURN_NONE;
}

PyMethodDef g_code_ended = {"code_ended", code_ended, METH_NOARGS, nullptr};

// The atexit module as an import makes it, but out of the program's sight: no entry in sys.modules, no audit event, no
// line of -X importtime. What it registers is the interpreter's. Null, with or without an exception, where that fails.
OwnedRef make_atexit() {
  const _inittab* entry = PyImport_Inittab;
  while (entry->name != nullptr && std::strcmp(entry->name, "atexit") != 0) ++entry;
  PyObject* definition = entry->name == nullptr ? nullptr : entry->initfunc();
  if (definition == nullptr || !Py_IS_TYPE(definition, &PyModuleDef_Type)) return {};
  auto* module_definition = reinterpret_cast<PyModuleDef*>(definition);
  // A spec is whatever has a name: here a namespace of the kind of sys.implementation.
  PyObject* implementation = PySys_GetObject("implementation");
  const OwnedRef none = OwnedRef::steal(PyTuple_New(0));
  const OwnedRef name = OwnedRef::steal(Py_BuildValue("{ss}", "name", "atexit"));
  if (implementation == nullptr || !none || !name) return {};
  const OwnedRef spec =
      OwnedRef::steal(PyObject_Call(reinterpret_cast<PyObject*>(Py_TYPE(implementation)), none.get(), name.get()));
  OwnedRef module = spec ? OwnedRef::steal(PyModule_FromDefAndSpec(module_definition, spec.get())) : OwnedRef();
  if (module && PyModule_ExecDef(module.get(), module_definition) != 0) return {};
  return module;
}

// Leaves no exception. Where it fails the end of the program's code stays unknown, as after os._exit.
void register_code_ended() {
  const OwnedRef atexit = make_atexit();
  const OwnedRef function = atexit ? OwnedRef::steal(PyCFunction_New(&g_code_ended, nullptr)) : OwnedRef();
  const OwnedRef done =
      function ? OwnedRef::steal(PyObject_CallMethod(atexit.get(), "register", "O", function.get())) : OwnedRef();
  // The module and its functions refer to each other: the program's first gc.collect() would find them.
  if (atexit) PyDict_Clear(PyModule_GetDict(atexit.get()));
  PyErr_Clear();
}

}  // namespace

LinkSeams& link_seams() noexcept {
  static LinkSeams seams;
  return seams;
}

void check_interpreter() {
  if (Py_Version >> 16 != PY_VERSION_HEX >> 16)
    throw Failure(std::string("this host is for Python ") + std::to_string(PY_MAJOR_VERSION) + "." +
                  std::to_string(PY_MINOR_VERSION) + ", the library that it was given is " + Py_GetVersion() + ".");
}

void open_link_seams() {
  if (link_seams().program_tracer != nullptr) g_settrace = stand_before("settrace", settrace);
  if (link_seams().program_profiler != nullptr) g_setprofile = stand_before("setprofile", setprofile);
  if (link_seams().code_ended != nullptr) register_code_ended();
}

void connect_link_seams(Interposed& interposed) noexcept {
  interposed.exiting = [](int status) {
    if (link_seams().exiting != nullptr) link_seams().exiting(status);
  };
  interposed.exec_begins = [] {
    if (link_seams().exec_begins != nullptr) link_seams().exec_begins();
  };
  interposed.exec_failed = [] {
    if (link_seams().exec_failed != nullptr) link_seams().exec_failed();
  };
  interposed.child_killed = [](pid_t pid, int signal) {
    if (link_seams().child_killed != nullptr) link_seams().child_killed(pid, signal);
  };
  interposed.thread_value_set = [](unsigned key, void* value) {
    if (link_seams().thread_born != nullptr && value != nullptr && is_thread_state_key(key))
      link_seams().thread_born(static_cast<PyThreadState*>(value));
  };
  interposed.tracer_set = tell_of_tracer;
  interposed.profiler_set = tell_of_profiler;
}

}  // namespace pyharness
