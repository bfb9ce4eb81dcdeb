#include "harness/cpython/code_monitoring.h"

#include <opcode.h>

#include <array>
#include <cstddef>

#include "harness/base/error.h"
#include "harness/cpython/owned_ref.h"

namespace pyharness {
namespace {

// As sys.monitoring.events names them, in the order of CodeEvent.
constexpr std::array<const char*, kCodeEvents> kNames{"PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD",
                                                      "LINE",     "JUMP",      "PY_THROW",  "PY_UNWIND",
                                                      "CALL",     "C_RETURN",  "C_RAISE"};
// 0, 1, 2 and 5 are for debuggers, coverage, profilers and optimizers (PEP 669).
constexpr std::array<long, 2> kUncommonTools{4, 3};

PyObject* g_disable = nullptr;  // sys.monitoring.DISABLE

// An object that is called without an argument tuple and without a method's binding: 5 to 7 ns less for each event than
// a function from a PyMethodDef.
struct Listener {
  PyObject ob_base;
  vectorcallfunc call;
  CodeEventFunction function;
};

PyObject* call_listener(PyObject* self, PyObject* const* arguments, std::size_t, PyObject*) {
  const Again again = reinterpret_cast<Listener*>(self)->function(arguments);
  return Py_NewRef(again == Again::kNever ? g_disable : Py_None);
}

PyTypeObject make_listener_type() {
  PyTypeObject type{};
  type.ob_base = {PyObject_HEAD_INIT(nullptr) 0};
  type.tp_name = "_pyharness.listener";
  type.tp_basicsize = sizeof(Listener);
  type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION;
  type.tp_vectorcall_offset = offsetof(Listener, call);
  type.tp_call = PyVectorcall_Call;
  return type;
}

[[noreturn]] void fail() {
  PyErr_Clear();
  throw Failure("sys.monitoring of this interpreter cannot be used.");
}

// Whether the call at this offset, in bytes, takes its arguments from a tuple.
bool is_spread(PyObject* code, PyObject* offset) noexcept {
  // Without the instructions that stand there for monitoring.
  const OwnedRef bytes = OwnedRef::steal(PyCode_GetCode(reinterpret_cast<PyCodeObject*>(code)));
  const Py_ssize_t at = PyLong_AsSsize_t(offset);
  if (!bytes || at < 0 || at >= PyBytes_GET_SIZE(bytes.get())) {
    PyErr_Clear();
    return true;
  }
  return static_cast<unsigned char>(PyBytes_AS_STRING(bytes.get())[at]) == CALL_FUNCTION_EX;
}

}  // namespace

Called called(PyObject* const* arguments) noexcept {
  PyObject* function = arguments[2];
  if (!PyMethod_Check(function) || !PyCFunction_Check(PyMethod_GET_FUNCTION(function)) ||
      is_spread(arguments[0], arguments[1])) {
    return {function, arguments[3]};
  }
  return {PyMethod_GET_FUNCTION(function), PyMethod_GET_SELF(function)};
}

void CodeMonitoring::open() {
  module_ = Py_XNewRef(PySys_GetObject("monitoring"));
  const OwnedRef events = module_ == nullptr ? OwnedRef() : OwnedRef::steal(PyObject_GetAttrString(module_, "events"));
  g_disable = module_ == nullptr ? nullptr : PyObject_GetAttrString(module_, "DISABLE");
  if (!events || g_disable == nullptr) fail();
  for (std::size_t i = 0; i < kCodeEvents; ++i) {
    const OwnedRef value = OwnedRef::steal(PyObject_GetAttrString(events.get(), kNames[i]));
    masks_[i] = value ? PyLong_AsLong(value.get()) : -1;
    if (masks_[i] <= 0) fail();
  }
  for (const long tool : kUncommonTools) {
    if (OwnedRef::steal(PyObject_CallMethod(module_, "use_tool_id", "ls", tool, "pyharness"))) {
      tool_ = tool;
      return;
    }
    PyErr_Clear();
  }
  throw Failure(
      "all tool ids of sys.monitoring that pyharness may take (4 and 3) are taken before the program starts.");
}

void CodeMonitoring::tell(CodeEvent event, CodeEventFunction function) {
  static PyTypeObject type = make_listener_type();
  if (PyType_Ready(&type) != 0) fail();
  const OwnedRef listener = OwnedRef::steal(PyObject_New(PyObject, &type));
  if (!listener) fail();
  reinterpret_cast<Listener*>(listener.get())->call = call_listener;
  reinterpret_cast<Listener*>(listener.get())->function = function;
  if (!OwnedRef::steal(PyObject_CallMethod(module_, "register_callback", "llO", tool_,
                                           masks_[static_cast<std::size_t>(event)], listener.get())))
    fail();
}

void CodeMonitoring::everywhere(std::initializer_list<CodeEvent> events) {
  if (!OwnedRef::steal(PyObject_CallMethod(module_, "set_events", "ll", tool_, mask(events)))) fail();
}

bool CodeMonitoring::within(PyCodeObject* code, std::initializer_list<CodeEvent> events) const noexcept {
  const OwnedRef done =
      OwnedRef::steal(PyObject_CallMethod(module_, "set_local_events", "lOl", tool_, code, mask(events)));
  if (!done) PyErr_Clear();
  return static_cast<bool>(done);
}

void CodeMonitoring::restart() const noexcept {
  if (!OwnedRef::steal(PyObject_CallMethod(module_, "restart_events", nullptr))) PyErr_Clear();
}

void CodeMonitoring::close() noexcept {
  if (tool_ < 0) return;
  const OwnedRef quiet = OwnedRef::steal(PyObject_CallMethod(module_, "set_events", "ll", tool_, 0L));
  const OwnedRef free = OwnedRef::steal(PyObject_CallMethod(module_, "free_tool_id", "l", tool_));
  if (!quiet || !free) PyErr_Clear();
  tool_ = -1;
}

long CodeMonitoring::mask(std::initializer_list<CodeEvent> events) const noexcept {
  long all = 0;
  for (const CodeEvent event : events) all |= masks_[static_cast<std::size_t>(event)];
  return all;
}

}  // namespace pyharness
