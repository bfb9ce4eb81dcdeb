// The types of CPython's Objects/genobject.c, each of whose ways to run a generator is a slot or a method in a table
// that is data: the function there is exchanged for one that calls it. Bytecode finds them through the slots (SEND,
// FOR_ITER), Python code through the methods; asyncio's C code through am_send.
#include "harness/cpython/generator_ends.h"

#include <cstring>

#include "harness/cpython/internals.h"

namespace pyharness {
namespace {

GeneratorRuns g_runs;

// One of ours per function of theirs: a slot has no room for more than an address.
template <class Place, class Result, class... Arguments>
struct Bracket {
  using Function = Result (*)(Arguments...);
  static inline Function theirs = nullptr;

  static Result call(Arguments... arguments) {
    const unsigned before = g_runs.before();
    if constexpr (std::is_void_v<Result>) {
      theirs(arguments...);
      g_runs.after(before);
    } else {
      const Result result = theirs(arguments...);
      g_runs.after(before);
      return result;
    }
  }
};

template <class Place, class Result, class... Arguments>
void put_around(Result (*&slot)(Arguments...)) noexcept {
  using Ours = Bracket<Place, Result, Arguments...>;
  if (slot == nullptr || slot == Ours::call) return;
  Ours::theirs = slot;
  slot = Ours::call;
}

// What tells the functions of one type from those of another.
template <int kType>
struct Next;
template <int kType>
struct Send;
template <int kType>
struct Finalize;
template <int kType, int kMethod>
struct Method;

template <class Place>
void put_around_method(PyMethodDef& method) noexcept {
  if ((method.ml_flags & METH_FASTCALL) != 0) {
    auto function = reinterpret_cast<_PyCFunctionFast>(reinterpret_cast<void (*)()>(method.ml_meth));
    put_around<Place>(function);
    method.ml_meth = reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
  } else {
    put_around<Place>(method.ml_meth);
  }
}

// What Python code finds under a slot's name holds the slot's function, not its place.
template <class Function>
void tell_wrapper(PyTypeObject& type, const char* name, Function function) noexcept {
  PyObject* wrapper = PyDict_GetItemString(type.tp_dict, name);
  if (wrapper != nullptr && Py_IS_TYPE(wrapper, &PyWrapperDescr_Type))
    reinterpret_cast<PyWrapperDescrObject*>(wrapper)->d_wrapped = reinterpret_cast<void*>(function);
}

template <int kType>
void put_around_type(PyTypeObject& type) noexcept {
  put_around<Next<kType>>(type.tp_iternext);
  tell_wrapper(type, "__next__", type.tp_iternext);
  put_around<Finalize<kType>>(type.tp_finalize);
  tell_wrapper(type, "__del__", type.tp_finalize);
  if (type.tp_as_async != nullptr) put_around<Send<kType>>(type.tp_as_async->am_send);
  for (PyMethodDef* method = type.tp_methods; method != nullptr && method->ml_name != nullptr; ++method) {
    if (std::strcmp(method->ml_name, "send") == 0) put_around_method<Method<kType, 0>>(*method);
    if (std::strcmp(method->ml_name, "throw") == 0) put_around_method<Method<kType, 1>>(*method);
    if (std::strcmp(method->ml_name, "close") == 0) put_around_method<Method<kType, 2>>(*method);
  }
}

}  // namespace

void open_generator_ends(const GeneratorRuns& runs) noexcept {
  g_runs = runs;
  put_around_type<0>(PyGen_Type);
  put_around_type<1>(PyCoro_Type);
  put_around_type<2>(PyAsyncGen_Type);
  put_around_type<3>(_PyCoroWrapper_Type);
  put_around_type<4>(_PyAsyncGenASend_Type);
  put_around_type<5>(_PyAsyncGenAThrow_Type);
}

}  // namespace pyharness
