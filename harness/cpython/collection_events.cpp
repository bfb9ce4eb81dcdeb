#include "harness/cpython/collection_events.h"

#include <cstring>

#include "harness/base/error.h"
#include "harness/cpython/internals.h"
#include "harness/cpython/link_seams.h"
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
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(g_program_callbacks); ++i) {
    const OwnedRef callback = OwnedRef::share(PyList_GET_ITEM(g_program_callbacks, i));
    const OwnedRef result = OwnedRef::steal(PyObject_CallFunctionObjArgs(callback.get(), phase, info, nullptr));
    if (!result) PyErr_WriteUnraisable(callback.get());
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

}  // namespace

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
  // The gc module, imported from now on, shows the collector's list as gc.callbacks.
  link_seams().module_value = [](PyObject* value) { return value == g_own_callbacks ? g_program_callbacks : value; };
}

}  // namespace pyharness
