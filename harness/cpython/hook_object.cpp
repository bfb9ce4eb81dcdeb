#include "harness/cpython/hook_object.h"

#include <new>

#include "harness/cpython/hidden_type.h"
#include "harness/cpython/internals.h"

namespace pyharness {
namespace {

// Not from CPython's allocators: what the program allocates is counted there.
void destroy_hook(PyObject* object) { delete reinterpret_cast<HookObject*>(object); }

std::array<PyNumberMethods, kHookKinds> g_truths;
std::array<PyTypeObject, kHookKinds> g_types;
HookFunction g_begin = nullptr;
HookFunction g_end = nullptr;

void open_kind(std::size_t kind, HookFunction function) {
  g_truths[kind].nb_bool = function;
  PyTypeObject& type = g_types[kind];
  open_hidden_type(type, "_pyharness.hook", sizeof(HookObject), destroy_hook);
  type.tp_as_number = &g_truths[kind];
  ready_hidden_type(type);
}

// Calls `action` with each hook among the constants.
template <class Action>
void each_hook(PyCodeObject* code, Action&& action) noexcept {
  for (Py_ssize_t i = PyTuple_GET_SIZE(code->co_consts); i != 0; --i) {
    PyObject* constant = PyTuple_GET_ITEM(code->co_consts, i - 1);
    const PyTypeObject* type = Py_TYPE(constant);
    if (type >= g_types.data() && type < g_types.data() + g_types.size())
      action(*reinterpret_cast<HookObject*>(constant));
  }
}

}  // namespace

void open_hook_objects(const std::array<HookFunction, 5>& functions) {
  for (std::size_t i = 0; i < functions.size(); ++i) open_kind(i, functions[i]);
}

void open_timer_hooks(HookFunction begin, HookFunction end) {
  if (g_begin != nullptr) return;
  open_kind(static_cast<std::size_t>(HookKind::kBegin), g_begin = begin);
  open_kind(static_cast<std::size_t>(HookKind::kEnd), g_end = end);
}

void tell_begin(PyObject* hook) noexcept { g_begin(hook); }
void tell_end(PyObject* hook) noexcept { g_end(hook); }

void tell_of_calls(PyCodeObject* instrumented, void* timer) noexcept {
  each_hook(instrumented, [timer](HookObject& hook) {
    const HookKind kind = hook.hook.kind;
    const bool of_calls =
        kind == HookKind::kEnter || kind == HookKind::kLeave || kind == HookKind::kBegin || kind == HookKind::kEnd;
    if (of_calls) hook.timer = timer;
  });
}

bool tells_of_lines(PyCodeObject* instrumented) noexcept {
  bool lines = false;
  each_hook(instrumented, [&lines](const HookObject& hook) { lines = lines || hook.hook.kind == HookKind::kEnter; });
  return lines;
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
