#include "harness/cpython/hook_object.h"

#include <new>

#include "harness/cpython/hidden_type.h"
#include "harness/cpython/internals.h"

namespace pyharness {
namespace {

// Not from CPython's allocators: what the program allocates is counted there.
void destroy_hook(PyObject* object) { delete reinterpret_cast<HookObject*>(object); }

std::array<PyNumberMethods, 5> g_truths;
std::array<PyTypeObject, 5> g_types;

}  // namespace

void open_hook_objects(const std::array<HookFunction, 5>& functions) {
  for (std::size_t i = 0; i < functions.size(); ++i) {
    g_truths[i].nb_bool = functions[i];
    PyTypeObject& type = g_types[i];
    open_hidden_type(type, "_pyharness.hook", sizeof(HookObject), destroy_hook);
    type.tp_as_number = &g_truths[i];
    ready_hidden_type(type);
  }
}

OwnedRef make_hook(const CodeHook& what, void* function, std::uint32_t ordinal) noexcept {
  auto* hook = new (std::nothrow) HookObject{};
  if (hook == nullptr) return {};
  hook->function = function;
  hook->ordinal = ordinal;
  hook->hook = what;
  PyObject_Init(&hook->head, &g_types[static_cast<std::size_t>(what.kind)]);
  return OwnedRef::steal(&hook->head);
}

// As maybe_call_line_trace in Python/ceval.c, of the instruction that raised.
bool handler_begins_line(const HookObject& hook) noexcept {
  const _PyInterpreterFrame* frame = PyThreadState_Get()->cframe->current_frame;
  PyCodeObject* code = frame->f_code;
  const PyObject* raised = frame->localsplus[code->co_nlocalsplus + static_cast<int>(hook.hook.depth)];
  if (raised == nullptr || !PyLong_CheckExact(raised)) return true;
  const int from = static_cast<int>(PyLong_AsLong(const_cast<PyObject*>(raised)));
  const auto here = static_cast<int>(frame->prev_instr - _PyCode_CODE(code));
  return here < from || from <= code->_co_firsttraceable ||
         PyCode_Addr2Line(code, from * static_cast<int>(sizeof(_Py_CODEUNIT))) != static_cast<int>(hook.hook.line);
}

}  // namespace pyharness
