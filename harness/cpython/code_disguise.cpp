// Attributes of CPython's own types are descriptors made of tables that are data: the function in the table is
// exchanged for one that calls it. A plain member has no function; its descriptor is replaced by one that has.
#include "harness/cpython/code_disguise.h"

#include <cstring>
#include <utility>

#include "harness/base/error.h"
#include "harness/cpython/instrumented_code.h"
#include "harness/cpython/internals.h"
#include "harness/cpython/link_seams.h"

namespace pyharness {
namespace {

PyObject* original_of(PyObject* code) noexcept {
  if (code == nullptr || !PyCode_Check(code)) return code;
  PyObject* original = reinterpret_cast<PyObject*>(as_program_sees(reinterpret_cast<PyCodeObject*>(code)));
  Py_INCREF(original);
  Py_DECREF(code);
  return original;
}

// --- functions

getter g_get_code;
setter g_set_code;
newfunc g_new_function;

void give_code(PyObject* object) noexcept {
  auto* function = reinterpret_cast<PyFunctionObject*>(object);
  auto* code = reinterpret_cast<PyCodeObject*>(function->func_code);
  const auto code_to_run = link_seams().code_to_run;
  const OwnedRef runs =
      code_to_run == nullptr ? OwnedRef() : OwnedRef::steal(code_to_run(code, function->func_globals, true));
  if (runs) set_function_code(function, reinterpret_cast<PyCodeObject*>(runs.get()));
}

PyObject* get_code(PyObject* function, void* closure) { return original_of(g_get_code(function, closure)); }

int set_code(PyObject* function, PyObject* code, void* closure) {
  const int result = g_set_code(function, code, closure);
  if (result == 0) give_code(function);
  return result;
}

PyObject* new_function(PyTypeObject* type, PyObject* arguments, PyObject* named) {
  PyObject* function = g_new_function(type, arguments, named);
  if (function != nullptr) give_code(function);
  return function;
}

// gc.get_referents(f), and gc.get_referrers(code), which `trace` looks for the function with: of all that refer to
// code. The collector itself does not care: code is none of its objects.
struct Visit {
  visitproc function;
  void* argument;
};

int visit_as_program_sees(PyObject* object, void* argument) {
  const auto* visit = static_cast<const Visit*>(argument);
  if (PyCode_Check(object))
    object = reinterpret_cast<PyObject*>(as_program_sees(reinterpret_cast<PyCodeObject*>(object)));
  return visit->function(object, visit->argument);
}

template <PyTypeObject* kType>
struct Traverse {
  static inline traverseproc theirs = nullptr;

  static int call(PyObject* object, visitproc visit, void* argument) {
    Visit pair{visit, argument};
    return theirs(object, visit_as_program_sees, &pair);
  }
};

template <PyTypeObject* kType>
void disguise_referents() noexcept {
  Traverse<kType>::theirs = std::exchange(kType->tp_traverse, Traverse<kType>::call);
}

// --- frames

getter g_frame_code;
getter g_frame_offset;

PyObject* frame_code(PyObject* frame, void* closure) { return original_of(g_frame_code(frame, closure)); }

PyCodeObject* code_of(PyObject* frame) noexcept { return reinterpret_cast<PyFrameObject*>(frame)->f_frame->f_code; }

PyObject* frame_offset(PyObject* frame, void* closure) {
  PyCodeObject* code = code_of(frame);
  if (original_code(code) == nullptr) return g_frame_offset(frame, closure);
  return PyLong_FromLong(original_offset(code, PyFrame_GetLasti(reinterpret_cast<PyFrameObject*>(frame))));
}

// --- generators, coroutines, asynchronous generators

PyObject* generator_code(PyObject* generator, void*) {
  PyObject* code = reinterpret_cast<PyObject*>(reinterpret_cast<PyGenObject*>(generator)->gi_code);
  if (PySys_Audit("object.__getattr__", "Os", generator,
                  Py_TYPE(generator) == &PyGen_Type    ? "gi_code"
                  : Py_TYPE(generator) == &PyCoro_Type ? "cr_code"
                                                       : "ag_code") < 0)
    return nullptr;
  return original_of(Py_NewRef(code));
}

// --- tracebacks

newfunc g_new_traceback;

PyObject* traceback_offset(PyObject* object, void*) {
  const auto* traceback = reinterpret_cast<PyTracebackObject*>(object);
  return PyLong_FromLong(
      original_offset(code_of(reinterpret_cast<PyObject*>(traceback->tb_frame)), traceback->tb_lasti));
}

PyObject* new_traceback(PyTypeObject* type, PyObject* arguments, PyObject* named) {
  PyObject* object = g_new_traceback(type, arguments, named);
  if (object == nullptr) return nullptr;
  auto* traceback = reinterpret_cast<PyTracebackObject*>(object);
  traceback->tb_lasti =
      instrumented_offset(code_of(reinterpret_cast<PyObject*>(traceback->tb_frame)), traceback->tb_lasti);
  return object;
}

// --- how they come to be asked

[[noreturn]] void refuse(const char* name) {
  PyErr_Clear();
  throw Failure(std::string("this CPython has no ") + name + ".");
}

PyGetSetDef& attribute(PyTypeObject& type, const char* name) {
  for (PyGetSetDef* one = type.tp_getset; one != nullptr && one->name != nullptr; ++one)
    if (std::strcmp(one->name, name) == 0) return *one;
  refuse(name);
}

void replace_member(PyTypeObject& type, PyGetSetDef& by) {
  PyObject* member = PyDict_GetItemString(type.tp_dict, by.name);
  if (member == nullptr || !Py_IS_TYPE(member, &PyMemberDescr_Type)) refuse(by.name);
  const OwnedRef descriptor = OwnedRef::steal(PyDescr_NewGetSet(&type, &by));
  if (!descriptor || PyDict_SetItemString(type.tp_dict, by.name, descriptor.get()) != 0) refuse(by.name);
  PyType_Modified(&type);
}

PyGetSetDef g_generator_code = {"gi_code", generator_code, nullptr, nullptr, nullptr};
PyGetSetDef g_coroutine_code = {"cr_code", generator_code, nullptr, nullptr, nullptr};
PyGetSetDef g_async_generator_code = {"ag_code", generator_code, nullptr, nullptr, nullptr};
PyGetSetDef g_traceback_offset = {"tb_lasti", traceback_offset, nullptr, nullptr, nullptr};

}  // namespace

void open_code_disguise() {
  if (g_get_code != nullptr) return;
  PyGetSetDef& code = attribute(PyFunction_Type, "__code__");
  g_get_code = std::exchange(code.get, get_code);
  g_set_code = std::exchange(code.set, set_code);
  g_new_function = std::exchange(PyFunction_Type.tp_new, new_function);
  disguise_referents<&PyFunction_Type>();
  disguise_referents<&PyFrame_Type>();
  disguise_referents<&PyGen_Type>();
  disguise_referents<&PyCoro_Type>();
  disguise_referents<&PyAsyncGen_Type>();
  g_frame_code = std::exchange(attribute(PyFrame_Type, "f_code").get, frame_code);
  g_frame_offset = std::exchange(attribute(PyFrame_Type, "f_lasti").get, frame_offset);
  replace_member(PyGen_Type, g_generator_code);
  replace_member(PyCoro_Type, g_coroutine_code);
  replace_member(PyAsyncGen_Type, g_async_generator_code);
  replace_member(PyTraceBack_Type, g_traceback_offset);
  g_new_traceback = std::exchange(PyTraceBack_Type.tp_new, new_traceback);
}

void set_function_code(PyFunctionObject* function, PyCodeObject* code) noexcept {
  PyObject* before = function->func_code;
  function->func_code = Py_NewRef(code);
  function->func_version = 0;  // calls that were specialized for the old one
  Py_DECREF(before);
}

}  // namespace pyharness
