#include "harness/host/module.h"

#include "harness/base/error.h"
#include "harness/cpython/owned_ref.h"
#include "harness/host/embedded_modules.h"
#include "profilers/timer/named_timers.h"

namespace pyharness {
namespace {

Session* g_session = nullptr;  // module functions take no context

// --- _pyharness

constexpr int kDeepest = 8;  // of decorators and classes within each other

// What UTF-8 has no place for is escaped.
std::string text_of(PyObject* object) {
  if (object == nullptr || !PyUnicode_Check(object)) return "";
  const OwnedRef bytes = OwnedRef::steal(PyUnicode_AsEncodedString(object, "utf-8", "backslashreplace"));
  if (!bytes) PyErr_Clear();
  return bytes ? std::string(PyBytes_AS_STRING(bytes.get()), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.get())))
               : "";
}

// The code objects behind what a decorator may stand on, each of whose functions is told to `mark`: functions, methods,
// CPython's own descriptors around them, what functools.wraps says is wrapped, and a class's own members. No code of
// the program runs: an attribute is asked for only where CPython itself answers.
template <class Mark>
void mark_all(PyObject* object, const Mark& mark, int depth = 0) {
  if (object == nullptr || depth > kDeepest) return;
  const auto mark_attribute = [&](const char* name) {
    const OwnedRef value = OwnedRef::steal(PyObject_GetAttrString(object, name));
    if (!value) PyErr_Clear();
    mark_all(value.get(), mark, depth + 1);
  };
  if (PyFunction_Check(object)) {
    mark(object, text_of(PyFunction_GetModule(object)));
    PyObject* attributes = reinterpret_cast<PyFunctionObject*>(object)->func_dict;
    if (attributes != nullptr) mark_all(PyDict_GetItemString(attributes, "__wrapped__"), mark, depth + 1);
  } else if (PyMethod_Check(object)) {
    mark_all(PyMethod_Function(object), mark, depth + 1);
  } else if (Py_IS_TYPE(object, &PyStaticMethod_Type) || Py_IS_TYPE(object, &PyClassMethod_Type)) {
    mark_attribute("__func__");
  } else if (Py_IS_TYPE(object, &PyProperty_Type)) {
    for (const char* name : {"fget", "fset", "fdel"}) mark_attribute(name);
  } else if (PyType_Check(object) && reinterpret_cast<PyTypeObject*>(object)->tp_dict != nullptr) {
    const OwnedRef members = OwnedRef::steal(PyDict_Values(reinterpret_cast<PyTypeObject*>(object)->tp_dict));
    for (Py_ssize_t i = 0; members && i < PyList_GET_SIZE(members.get()); ++i) {
      if (!PyType_Check(PyList_GET_ITEM(members.get(), i)))
        mark_all(PyList_GET_ITEM(members.get(), i), mark, depth + 1);
    }
    if (!members) PyErr_Clear();
  }
}

PyObject* profile(PyObject*, PyObject* object) {
  mark_all(object, [](PyObject* function, const std::string& module) { g_session->mark_function(function, module); });
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

// --- timer: of a name, a decorator and a context manager; of a function, the function

struct TimerObject {
  PyObject head;
  PyObject* name;  // owned
  void* booked;    // what NamedTimers::block_named() says; null before the first block
};

TimerObject& timer_of(PyObject* object) { return *reinterpret_cast<TimerObject*>(object); }

PyObject* time_calls(PyObject* object, const std::string& name) {
  if (NamedTimers* timers = g_session->named_timers(); timers != nullptr) {
    mark_all(object,
             [&](PyObject* function, const std::string& module) { timers->time_function(function, module, name); });
  }
  return Py_NewRef(object);
}

PyObject* new_timer(PyTypeObject* type, PyObject* arguments, PyObject* named) {
  PyObject* what = nullptr;
  if (named != nullptr && PyDict_GET_SIZE(named) != 0) {
    PyErr_SetString(PyExc_TypeError, "timer() takes no keyword arguments");
    return nullptr;
  }
  if (PyArg_UnpackTuple(arguments, "timer", 1, 1, &what) == 0) return nullptr;
  if (!PyUnicode_Check(what)) return time_calls(what, "");
  PyObject* made = type->tp_alloc(type, 0);
  if (made != nullptr) timer_of(made).name = Py_NewRef(what);
  return made;
}

void destroy_timer(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  Py_XDECREF(timer_of(self).name);
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* call_timer(PyObject* self, PyObject* arguments, PyObject* named) {
  PyObject* function = nullptr;
  if (named != nullptr && PyDict_GET_SIZE(named) != 0) {
    PyErr_SetString(PyExc_TypeError, "a timer takes no keyword arguments");
    return nullptr;
  }
  if (PyArg_UnpackTuple(arguments, "timer", 1, 1, &function) == 0) return nullptr;
  return time_calls(function, text_of(timer_of(self).name));
}

PyObject* enter_timer(PyObject* self, PyObject*) {
  if (NamedTimers* timers = g_session->named_timers(); timers != nullptr) {
    TimerObject& timer = timer_of(self);
    if (timer.booked == nullptr) timer.booked = timers->block_named(text_of(timer.name));
    timers->enter_block(timer.booked, self);
  }
  return Py_NewRef(self);
}

PyObject* leave_timer(PyObject* self, PyObject* const*, Py_ssize_t) {
  if (NamedTimers* timers = g_session->named_timers(); timers != nullptr) timers->leave_block(self);
  Py_RETURN_FALSE;
}

PyMethodDef g_timer_methods[] = {
    {"__enter__", enter_timer, METH_NOARGS, nullptr},
    {"__exit__", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(leave_timer)), METH_FASTCALL, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyType_Slot g_timer_slots[] = {
    {Py_tp_doc, const_cast<char*>("timer(what, /)\n--\n\nTime the calls of a function, or the "
                                  "blocks and functions of a name.")},
    {Py_tp_methods, g_timer_methods},
    {Py_tp_new, reinterpret_cast<void*>(new_timer)},
    {Py_tp_call, reinterpret_cast<void*>(call_timer)},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy_timer)},
    {0, nullptr}};
PyType_Spec g_timer_spec = {"_pyharness.timer", sizeof(TimerObject), 0, Py_TPFLAGS_DEFAULT, g_timer_slots};

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
  OwnedRef timer = OwnedRef::steal(PyType_FromSpec(&g_timer_spec));
  if (!region || !timer || PyModule_AddObjectRef(module, "timer", timer.get()) != 0) return -1;
  return PyModule_AddObjectRef(module, "watch", region.get());
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
