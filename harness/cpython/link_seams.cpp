#include "harness/cpython/link_seams.h"

#include <pthread.h>

#include "harness/cpython/allocator_hooks.h"
#include "harness/cpython/internals.h"
#include "harness/cpython/owned_ref.h"
extern "C" {
#include <internal/pycore_pymem.h>
int _PyTraceMalloc_NewReference(PyObject* object);
}
#include "harness/cpython/thread_key.h"

namespace pyharness {

LinkSeams& link_seams() noexcept {
  static LinkSeams seams;
  return seams;
}

void check_interpreter() {}  // it is inside

void open_link_seams() {}  // the linker has

namespace {

// What stands before an object in its block: the collector's head, and two pointers of a managed dict.
constexpr std::ptrdiff_t kDictPointers = 2 * sizeof(PyObject*);
constexpr std::ptrdiff_t kMostBefore = sizeof(PyGC_Head) + kDictPointers;

std::ptrdiff_t bytes_before(PyTypeObject* type) noexcept {
  return (PyType_IS_GC(type) ? sizeof(PyGC_Head) : 0) +
         (PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT) != 0 ? kDictPointers : 0);
}

void note_birth(PyObject* object, void (*reused)(const void* block)) noexcept {
  const auto* first = reinterpret_cast<const std::byte*>(object);
  const std::ptrdiff_t before = first - static_cast<const std::byte*>(t_newest_block);
  if (before >= 0 && before <= kMostBefore) {
    t_newest_block = nullptr;
  } else {
    reused(first - bytes_before(Py_TYPE(object)));
  }
}

// Whether anybody may want to know of objects' births: alloc mode, or tracemalloc. Both begin by putting an allocator
// in.
bool g_births_wanted = false;

[[gnu::noinline, gnu::cold]] void tell_of_birth(PyObject* object) noexcept {
  if (const auto reused = link_seams().object_reused; reused != nullptr && !t_own_memory) note_birth(object, reused);
  if (_Py_tracemalloc_config.tracing != 0) _PyTraceMalloc_NewReference(object);
}

}  // namespace
}  // namespace pyharness

// __real_x is libpython's or libc's x: see --wrap in ld(1) and the host's CMakeLists.txt.
extern "C" {

int __real_pthread_setspecific(pthread_key_t key, const void* value);
int __wrap_pthread_setspecific(pthread_key_t key, const void* value) {
  const int result = __real_pthread_setspecific(key, value);
  const auto& seams = pyharness::link_seams();
  if (value != nullptr && seams.thread_born != nullptr && pyharness::is_thread_state_key(key)) {
    seams.thread_born(static_cast<PyThreadState*>(const_cast<void*>(value)));
  }
  return result;
}

int __real__PyEval_SetTrace(PyThreadState* thread, Py_tracefunc function, PyObject* argument);
int __wrap__PyEval_SetTrace(PyThreadState* thread, Py_tracefunc function, PyObject* argument) {
  const int result = __real__PyEval_SetTrace(thread, function, argument);
  const auto& seams = pyharness::link_seams();
  if (result == 0 && seams.program_tracer != nullptr) seams.program_tracer(thread, function != nullptr);
  return result;
}

// The C API's way to the same: coverage and line_profiler take it. It stands beside _PyEval_SetTrace in one object
// file, where --wrap does not reach; so the archive's own is made weak (harness/host/CMakeLists.txt) and this one takes
// its place.
void PyEval_SetTrace(Py_tracefunc function, PyObject* argument) {
  if (__wrap__PyEval_SetTrace(PyThreadState_Get(), function, argument) < 0) PyErr_WriteUnraisable(nullptr);
}

void __real_PyMem_SetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx* allocator);
void __wrap_PyMem_SetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx* allocator) {
  // CPython itself changes the raw domain's in passing while it starts.
  if (domain == PYMEM_DOMAIN_OBJ) pyharness::g_births_wanted = true;
  __real_PyMem_SetAllocator(domain, allocator);
}

// Once for every object, like the archive's own, which is made weak as PyEval_SetTrace is: one flag to look at, no more
// than there.
void _Py_NewReference(PyObject* object) {
  if (pyharness::g_births_wanted) [[unlikely]]
    pyharness::tell_of_birth(object);
  Py_SET_REFCNT(object, 1);
}

// Every way to run code that was not a function's before. Those of functions themselves: code_disguise.cpp.
static pyharness::OwnedRef code_to_run(PyObject* code, PyObject* globals) {
  const auto& seams = pyharness::link_seams();
  PyObject* other = seams.code_to_run == nullptr || code == nullptr || !PyCode_Check(code)
                        ? nullptr
                        : seams.code_to_run(reinterpret_cast<PyCodeObject*>(code), globals);
  return other == nullptr ? pyharness::OwnedRef::share(code) : pyharness::OwnedRef::steal(other);
}

PyObject* __real_PyEval_EvalCode(PyObject* code, PyObject* globals, PyObject* locals);
PyObject* __wrap_PyEval_EvalCode(PyObject* code, PyObject* globals, PyObject* locals) {
  PyObject* result = __real_PyEval_EvalCode(code_to_run(code, globals).get(), globals, locals);
  const auto& seams = pyharness::link_seams();
  if (seams.outermost_ended != nullptr && PyThreadState_Get()->cframe->current_frame == nullptr) seams.outermost_ended();
  return result;
}

PyObject* __real_PyEval_EvalCodeEx(PyObject* code, PyObject* globals, PyObject* locals, PyObject* const* arguments,
                                   int argument_count, PyObject* const* named, int named_count,
                                   PyObject* const* defaults, int default_count, PyObject* named_defaults,
                                   PyObject* closure);
PyObject* __wrap_PyEval_EvalCodeEx(PyObject* code, PyObject* globals, PyObject* locals, PyObject* const* arguments,
                                   int argument_count, PyObject* const* named, int named_count,
                                   PyObject* const* defaults, int default_count, PyObject* named_defaults,
                                   PyObject* closure) {
  return __real_PyEval_EvalCodeEx(code_to_run(code, globals).get(), globals, locals, arguments, argument_count, named,
                                  named_count, defaults, default_count, named_defaults, closure);
}

PyObject* __real_PyFunction_New(PyObject* code, PyObject* globals);
PyObject* __wrap_PyFunction_New(PyObject* code, PyObject* globals) {
  return __real_PyFunction_New(code_to_run(code, globals).get(), globals);
}

// Also cProfile's way, from a shared library: --wrap does not reach that either. So the archive's own goes by the name
// of __real_ (harness/host/CMakeLists.txt) and everybody finds this one.
int __real__PyEval_SetProfile(PyThreadState* thread, Py_tracefunc function, PyObject* argument);
int _PyEval_SetProfile(PyThreadState* thread, Py_tracefunc function, PyObject* argument) {
  const int result = __real__PyEval_SetProfile(thread, function, argument);
  const auto& seams = pyharness::link_seams();
  if (result == 0 && seams.program_profiler != nullptr) seams.program_profiler(thread, function != nullptr);
  return result;
}

void PyEval_SetProfile(Py_tracefunc function, PyObject* argument) {
  if (_PyEval_SetProfile(PyThreadState_Get(), function, argument) < 0) PyErr_WriteUnraisable(nullptr);
}

void __real__PyAtExit_Call(PyInterpreterState* interpreter);
void __wrap__PyAtExit_Call(PyInterpreterState* interpreter) {
  __real__PyAtExit_Call(interpreter);
  const auto& seams = pyharness::link_seams();
  if (seams.code_ended != nullptr && interpreter == PyInterpreterState_Main()) seams.code_ended();
}

[[noreturn]] void __real__exit(int status);
[[noreturn]] void __wrap__exit(int status) {
  const auto& seams = pyharness::link_seams();
  if (seams.exiting != nullptr) seams.exiting(status);
  __real__exit(status);
}

}  // extern "C"
