#include "harness/host/module.h"

#include "harness/base/error.h"
#include "harness/cpython/owned_ref.h"
#include "harness/host/embedded_modules.h"

namespace pyharness {
namespace {

Session* g_session = nullptr;  // module functions take no context

// --- _pyharness

constexpr int kDeepest = 8;  // of decorators and classes within each other

void mark_function(PyObject* function) {
  PyObject* module = PyFunction_GetModule(function);
  const char* name = module != nullptr && PyUnicode_Check(module) ? PyUnicode_AsUTF8(module) : nullptr;
  if (name == nullptr) PyErr_Clear();
  g_session->mark_function(function, name == nullptr ? "" : name);
}

// The code objects behind what @profile may stand on: functions, methods, CPython's own descriptors around them, what
// functools.wraps says is wrapped, and a class's own members. No code of the program runs: an attribute is asked for
// only where CPython itself answers.
void mark_all(PyObject* object, int depth) {
  if (object == nullptr || depth > kDeepest) return;
  const auto mark_attribute = [&](const char* name) {
    const OwnedRef value = OwnedRef::steal(PyObject_GetAttrString(object, name));
    if (!value) PyErr_Clear();
    mark_all(value.get(), depth + 1);
  };
  if (PyFunction_Check(object)) {
    mark_function(object);
    PyObject* attributes = reinterpret_cast<PyFunctionObject*>(object)->func_dict;
    if (attributes != nullptr) mark_all(PyDict_GetItemString(attributes, "__wrapped__"), depth + 1);
  } else if (PyMethod_Check(object)) {
    mark_all(PyMethod_Function(object), depth + 1);
  } else if (Py_IS_TYPE(object, &PyStaticMethod_Type) || Py_IS_TYPE(object, &PyClassMethod_Type)) {
    mark_attribute("__func__");
  } else if (Py_IS_TYPE(object, &PyProperty_Type)) {
    for (const char* name : {"fget", "fset", "fdel"}) mark_attribute(name);
  } else if (PyType_Check(object) && reinterpret_cast<PyTypeObject*>(object)->tp_dict != nullptr) {
    const OwnedRef members = OwnedRef::steal(PyDict_Values(reinterpret_cast<PyTypeObject*>(object)->tp_dict));
    for (Py_ssize_t i = 0; members && i < PyList_GET_SIZE(members.get()); ++i) {
      if (!PyType_Check(PyList_GET_ITEM(members.get(), i))) mark_all(PyList_GET_ITEM(members.get(), i), depth + 1);
    }
    if (!members) PyErr_Clear();
  }
}

PyObject* profile(PyObject*, PyObject* object) {
  mark_all(object, 0);
  return Py_NewRef(object);
}

PyObject* pause(PyObject*, PyObject*) {
  g_session->pause();
  Py_RETURN_NONE;
}

PyObject* resume(PyObject*, PyObject*) {
  g_session->resume();
  Py_RETURN_NONE;
}

PyObject* active(PyObject*, PyObject*) {
  OwnedRef modes = OwnedRef::steal(PySet_New(nullptr));
  if (!modes) return nullptr;
  for (const std::string& mode : g_session->plan().modes) {
    const OwnedRef name = OwnedRef::steal(PyUnicode_FromString(mode.c_str()));
    if (!name || PySet_Add(modes.get(), name.get()) != 0) return nullptr;
  }
  return modes.release();
}

PyObject* enter_region(PyObject* self, PyObject*) {
  g_session->enter_region();
  return Py_NewRef(self);
}

PyObject* leave_region(PyObject*, PyObject*) {
  g_session->leave_region();
  Py_RETURN_FALSE;
}

PyMethodDef g_region_methods[] = {
    {"__enter__", enter_region, METH_NOARGS, nullptr},
    {"__exit__", leave_region, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyType_Slot g_region_slots[] = {
    {Py_tp_methods, g_region_methods}, {Py_tp_new, reinterpret_cast<void*>(PyType_GenericNew)}, {0, nullptr}};
PyType_Spec g_region_spec = {"_pyharness.watch", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, g_region_slots};

// With signatures for inspect, as all of CPython's own builtins have.
PyMethodDef g_functions[] = {
    {"profile", profile, METH_O,
     "profile(f, /)\n--\n\nWatch this function: the line report shows only functions that are marked so."},
    {"pause", pause, METH_NOARGS, "pause()\n--\n\nStop booking until resume()."},
    {"resume", resume, METH_NOARGS, "resume()\n--\n\nGo on booking."},
    {"active", active, METH_NOARGS, "active()\n--\n\nThe modes that are recording, as a set."},
    {nullptr, nullptr, 0, nullptr},
};

int fill_module(PyObject* module) {
  OwnedRef region = OwnedRef::steal(PyType_FromSpec(&g_region_spec));
  return region ? PyModule_AddObjectRef(module, "watch", region.get()) : -1;
}

PyModuleDef_Slot g_module_slots[] = {{Py_mod_exec, reinterpret_cast<void*>(fill_module)}, {0, nullptr}};
PyModuleDef g_module = {PyModuleDef_HEAD_INIT,
                        "_pyharness",
                        "What pyharness offers the program that it runs.",
                        0,
                        g_functions,
                        g_module_slots,
                        nullptr,
                        nullptr,
                        nullptr};

// --- the finder, which is the loader too

bool is_named(PyObject* name, const char* wanted) {
  return PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, wanted) == 0;
}

const EmbeddedModule* embedded_module(PyObject* name) {
  for (const EmbeddedModule& module : kEmbeddedModules) {
    if (is_named(name, module.name)) return &module;
  }
  return nullptr;
}

PyObject* find_spec(PyObject* self, PyObject* arguments, PyObject* named) {
  static const char* kNames[] = {"fullname", "path", "target", nullptr};
  PyObject* name = nullptr;
  PyObject* path = nullptr;
  PyObject* target = nullptr;
  if (PyArg_ParseTupleAndKeywords(arguments, named, "O|OO", const_cast<char**>(kNames), &name, &path, &target) == 0)
    return nullptr;
  if (!is_named(name, "_pyharness") && embedded_module(name) == nullptr) Py_RETURN_NONE;
  const OwnedRef machinery = OwnedRef::steal(PyImport_ImportModule("_frozen_importlib"));
  if (!machinery) return nullptr;
  return PyObject_CallMethod(machinery.get(), "ModuleSpec", "OO", name, self);
}

PyObject* create_module(PyObject*, PyObject* spec) {
  const OwnedRef name = OwnedRef::steal(PyObject_GetAttrString(spec, "name"));
  if (!name) return nullptr;
  if (!is_named(name.get(), "_pyharness")) Py_RETURN_NONE;
  return PyModule_FromDefAndSpec(&g_module, spec);
}

PyObject* exec_module(PyObject*, PyObject* module) {
  if (PyModule_GetDef(module) == &g_module) {
    if (PyModule_ExecDef(module, &g_module) != 0) return nullptr;
    Py_RETURN_NONE;
  }
  PyErr_Clear();
  const OwnedRef name = OwnedRef::steal(PyModule_GetNameObject(module));
  const EmbeddedModule* embedded = name ? embedded_module(name.get()) : nullptr;
  if (embedded == nullptr) {
    if (name) PyErr_Format(PyExc_ImportError, "pyharness has no module %R", name.get());
    return nullptr;
  }
  PyObject* globals = PyModule_GetDict(module);
  const OwnedRef code = OwnedRef::steal(Py_CompileString(embedded->source, "<pyharness>", Py_file_input));
  if (!code || PyDict_SetItemString(globals, "__builtins__", PyEval_GetBuiltins()) != 0) return nullptr;
  return PyEval_EvalCode(code.get(), globals, globals);
}

PyMethodDef g_finder_methods[] = {
    {"find_spec", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(find_spec)), METH_VARARGS | METH_KEYWORDS,
     nullptr},
    {"create_module", create_module, METH_O, nullptr},
    {"exec_module", exec_module, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyType_Slot g_finder_slots[] = {{Py_tp_methods, g_finder_methods}, {0, nullptr}};
PyType_Spec g_finder_spec = {"_pyharness.Finder", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, g_finder_slots};

}  // namespace

void install_module(Session& session) {
  g_session = &session;
  const OwnedRef type = OwnedRef::steal(PyType_FromSpec(&g_finder_spec));
  const OwnedRef finder = type ? OwnedRef::steal(PyObject_CallNoArgs(type.get())) : OwnedRef();
  PyObject* finders = PySys_GetObject("meta_path");
  const OwnedRef function = OwnedRef::steal(PyCFunction_New(&g_functions[0], nullptr));
  PyObject* builtins = PyEval_GetBuiltins();
  const bool done = finder && finders != nullptr && PyList_Append(finders, finder.get()) == 0 && function &&
                    PyDict_SetItemString(builtins, "profile", function.get()) == 0;
  if (!done) {
    PyErr_Clear();
    throw Failure("the pyharness module cannot be put into the interpreter.");
  }
}

}  // namespace pyharness
