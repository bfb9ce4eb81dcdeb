#include "harness/cpython/collection_events.h"

#include <cstring>

#include "harness/base/error.h"
#include "harness/cpython/internals.h"
#include "harness/cpython/owned_ref.h"

namespace pyharness {
namespace {

// The collector calls each object of the list in its state. That list is also gc.callbacks, where the program would see
// ours; so the collector gets a list of its own with one callable, which passes each call on to the program's list.
PyObject* g_program_callbacks = nullptr;
PyObject* g_own_callbacks = nullptr;  // the collector's
ClockSource g_clock = ClockSource::kSystem;
void (*g_on_collection)(int, Ticks) = nullptr;
Ticks g_started = 0;

void pass_on(PyObject* phase, PyObject* info) {
  // As invoke_gc_callback in Modules/gcmodule.c: the list may change while it is walked, and an error is only reported.
  // No OwnedRef: CPython may end a daemon thread in the middle of a call, by unwinding its stack (start_host.h).
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(g_program_callbacks); ++i) {
    PyObject* callback = Py_NewRef(PyList_GET_ITEM(g_program_callbacks, i));
    PyObject* result = PyObject_CallFunctionObjArgs(callback, phase, info, nullptr);
    if (result == nullptr) PyErr_WriteUnraisable(callback);
    Py_XDECREF(result);
    Py_DECREF(callback);
  }
}

PyObject* on_phase(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
  if (count != 2) Py_RETURN_NONE;
  // Our clock is read last at the start and first at the end: what the program's callbacks take is not the collector's
  // pause.
  const Ticks now = read_clock(g_clock);
  const char* phase = PyUnicode_AsUTF8(arguments[0]);
  const bool starts = phase != nullptr && std::strcmp(phase, "start") == 0;
  if (!starts && g_started != 0) {
    PyObject* generation = PyDict_GetItemString(arguments[1], "generation");
    g_on_collection(generation == nullptr ? 0 : static_cast<int>(PyLong_AsLong(generation)), now - g_started);
    g_started = 0;
  }
  if (PyErr_Occurred() != nullptr) PyErr_Clear();
  if (PyList_GET_SIZE(g_program_callbacks) != 0) pass_on(arguments[0], arguments[1]);
  if (starts) g_started = read_clock(g_clock);
  Py_RETURN_NONE;
}

PyMethodDef g_method = {"collection", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(on_phase)),
                        METH_FASTCALL, nullptr};

// The gc module, imported from now on, would show the collector's list as gc.callbacks. Its initialisation meets the
// program's list instead.
PyObject* (*g_init_gc)() = nullptr;     // CPython's
int (*g_fill_gc)(PyObject*) = nullptr;  // likewise

int fill_gc(PyObject* module) {
  auto& callbacks = PyInterpreterState_Get()->gc.callbacks;
  const bool ours = callbacks != nullptr && callbacks == g_own_callbacks;
  if (ours) callbacks = g_program_callbacks;
  const int result = g_fill_gc(module);
  if (ours) callbacks = g_own_callbacks;
  return result;
}

PyObject* init_gc() {
  PyObject* definition = g_init_gc();
  if (definition == nullptr || !Py_IS_TYPE(definition, &PyModuleDef_Type)) return definition;
  PyModuleDef_Slot* slot = reinterpret_cast<PyModuleDef*>(definition)->m_slots;
  for (; slot != nullptr && slot->slot != 0; ++slot) {
    if (slot->slot != Py_mod_exec || slot->value == reinterpret_cast<void*>(fill_gc)) continue;
    g_fill_gc = reinterpret_cast<int (*)(PyObject*)>(slot->value);
    slot->value = reinterpret_cast<void*>(fill_gc);
  }
  return definition;
}

}  // namespace

void prepare_to_watch_collections() {
  _inittab* entry = PyImport_Inittab;
  while (entry->name != nullptr && std::strcmp(entry->name, "gc") != 0) ++entry;
  if (entry->name == nullptr) throw Failure("this CPython has no gc module.");
  g_init_gc = entry->initfunc;
  entry->initfunc = init_gc;
}

void watch_collections(ClockSource clock, void (*on_collection)(int generation, Ticks pause)) {
  g_clock = clock;
  g_on_collection = on_collection;
  auto& state = PyInterpreterState_Get()->gc;
  OwnedRef function = OwnedRef::steal(PyCFunction_New(&g_method, nullptr));
  OwnedRef list = OwnedRef::steal(PyList_New(1));
  if (!function || !list || state.callbacks == nullptr) {
    PyErr_Clear();
    throw Failure("the garbage collector cannot be watched.");
  }
  // Neither is to appear in gc.get_objects().
  PyObject_GC_UnTrack(function.get());
  PyObject_GC_UnTrack(list.get());
  PyList_SET_ITEM(list.get(), 0, function.release());
  g_program_callbacks = state.callbacks;  // the reference that the collector held is ours now
  g_own_callbacks = list.release();
  state.callbacks = g_own_callbacks;
}

}  // namespace pyharness
