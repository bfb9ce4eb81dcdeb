#include "harness/cpython/instrumented_code.h"

#include <algorithm>
#include <memory>
#include <new>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/cpython/hidden_type.h"
#include "harness/cpython/internals.h"
extern "C" {
#include <internal/pycore_code.h>
#include <internal/pycore_opcode.h>
}

namespace pyharness {
namespace {

// Where an instruction's opcode stands, in code units, here and there; ascending in both.
struct UnitPair {
  std::uint32_t instrumented;
  std::uint32_t original : 29;
  std::uint32_t extensions : 2;  // EXTENDED_ARGs in front of it there
  std::uint32_t inserted : 1;    // ours, in front of that one
};

// The last constant of instrumented code. By its type such code is known.
struct Anchor {
  PyObject head;
  PyCodeObject* original;  // owned
  std::vector<UnitPair> units;
  std::vector<OwnedRef> inner;  // instrumented code of functions that are made in this code
};

// Those that are alive, by their original.
std::unordered_map<PyCodeObject*, PyCodeObject*>& living() {
  static std::unordered_map<PyCodeObject*, PyCodeObject*> codes;
  return codes;
}

void destroy_anchor(PyObject* object) {
  auto* anchor = reinterpret_cast<Anchor*>(object);
  Py_DECREF(anchor->original);
  delete anchor;
}

PyTypeObject g_anchor_type;

Anchor* anchor_of(PyCodeObject* code) noexcept {
  const Py_ssize_t count = PyTuple_GET_SIZE(code->co_consts);
  PyObject* last = count == 0 ? nullptr : PyTuple_GET_ITEM(code->co_consts, count - 1);
  return last != nullptr && Py_IS_TYPE(last, &g_anchor_type) ? reinterpret_cast<Anchor*>(last) : nullptr;
}

destructor g_destroy_code;

// Not when its anchor dies: the constants of a code object may outlive it, where CPython puts off a deep destruction.
void destroy_code(PyObject* object) {
  auto* code = reinterpret_cast<PyCodeObject*>(object);
  if (const Anchor* anchor = anchor_of(code)) {
    // Another one may have taken its place: that of line mode, of code that was only timed before.
    const auto known = living().find(anchor->original);
    if (known != living().end() && known->second == code) living().erase(known);
  }
  g_destroy_code(object);
}

OwnedRef make_anchor(PyCodeObject* original, std::vector<UnitPair> units) {
  auto anchor = std::make_unique<Anchor>();
  Py_INCREF(original);
  anchor->original = original;
  anchor->units = std::move(units);
  PyObject_Init(&anchor->head, &g_anchor_type);
  return OwnedRef::steal(&anchor.release()->head);
}

OwnedRef checked(PyObject* object) {
  if (object == nullptr) {
    PyErr_Clear();
    throw std::bad_alloc();
  }
  return OwnedRef::steal(object);
}

OwnedRef bytes_from(const std::string& text) {
  return checked(PyBytes_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
}

// The original's constants, so that their numbers stay, then the hooks, then the anchor.
OwnedRef constants_of(PyCodeObject* original, const std::vector<CodeHook>& hooks, const MakeHook& make_hook,
                      OwnedRef anchor) {
  const Py_ssize_t before = PyTuple_GET_SIZE(original->co_consts);
  OwnedRef constants = checked(PyTuple_New(before + static_cast<Py_ssize_t>(hooks.size()) + 1));
  PyObject* tuple = constants.get();
  Py_ssize_t next = 0;
  for (; next < before; ++next) PyTuple_SET_ITEM(tuple, next, Py_NewRef(PyTuple_GET_ITEM(original->co_consts, next)));
  for (const CodeHook& hook : hooks) {
    OwnedRef made = make_hook(hook);
    if (!made) throw std::bad_alloc();
    PyTuple_SET_ITEM(tuple, next++, made.release());
  }
  PyTuple_SET_ITEM(tuple, next, anchor.release());
  PyObject_GC_UnTrack(tuple);  // nothing in it leads back, and gc.get_objects() need not show it
  return constants;
}

}  // namespace

void open_instrumented_code() {
  if (g_destroy_code != nullptr) return;
  open_hidden_type(g_anchor_type, "_pyharness.original_code", sizeof(Anchor), destroy_anchor);
  ready_hidden_type(g_anchor_type);
  g_destroy_code = std::exchange(PyCode_Type.tp_dealloc, destroy_code);
}

OwnedRef instrument_code(PyCodeObject* original, const MakeHook& make_hook, WhatToWeave what, bool catches) {
  const Bytecode bytecode = decode_bytecode(original);
  const WovenBytecode woven =
      weave_hooks(bytecode, static_cast<std::uint32_t>(PyTuple_GET_SIZE(original->co_consts)), what, catches);
  const EncodedBytecode encoded = encode_bytecode(woven.bytecode, original->co_firstlineno);

  std::vector<UnitPair> units;
  units.reserve(woven.bytecode.instructions.size());
  for (std::size_t i = 0; i < woven.bytecode.instructions.size(); ++i) {
    const Instruction& instruction = woven.bytecode.instructions[i];
    units.push_back({encoded.units[i], instruction.unit, instruction.extensions, instruction.inserted});
  }
  const OwnedRef constants = constants_of(original, woven.hooks, make_hook, make_anchor(original, std::move(units)));
  const OwnedRef code = bytes_from(encoded.code);
  const bool has_locations = PyBytes_GET_SIZE(original->co_linetable) != 0;
  const OwnedRef locations = has_locations ? bytes_from(encoded.locations) : OwnedRef::share(original->co_linetable);
  const OwnedRef exceptions = bytes_from(encoded.exceptions);

  // A hook needs one place on the stack, in a handler two; the last handler three: where it was raised, the exception,
  // the hook.
  constexpr int kLastHandlerDepth = 3;
  _PyCodeConstructor parts{};
  parts.filename = original->co_filename;
  parts.name = original->co_name;
  parts.qualname = original->co_qualname;
  parts.flags = original->co_flags;
  parts.code = code.get();
  parts.firstlineno = original->co_firstlineno;
  parts.linetable = locations.get();
  parts.consts = constants.get();
  parts.names = original->co_names;
  parts.localsplusnames = original->co_localsplusnames;
  parts.localspluskinds = original->co_localspluskinds;
  parts.argcount = original->co_argcount;
  parts.posonlyargcount = original->co_posonlyargcount;
  parts.kwonlyargcount = original->co_kwonlyargcount;
  parts.stacksize = std::max(original->co_stacksize + 2, kLastHandlerDepth);
  parts.exceptiontable = exceptions.get();
  OwnedRef made = checked(reinterpret_cast<PyObject*>(_PyCode_New(&parts)));
  living()[original] = reinterpret_cast<PyCodeObject*>(made.get());
  return made;
}

OwnedRef instrumented_code(PyCodeObject* original) noexcept {
  const auto found = living().find(original);
  return found == living().end() ? OwnedRef() : OwnedRef::share(reinterpret_cast<PyObject*>(found->second));
}

bool hold_inner_code(PyCodeObject* outer, PyCodeObject* inner, const OwnedRef& instrumented) {
  Anchor* anchor = anchor_of(outer);
  if (anchor == nullptr) return false;
  PyObject* constants = anchor->original->co_consts;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants); ++i) {
    if (PyTuple_GET_ITEM(constants, i) != reinterpret_cast<PyObject*>(inner)) continue;
    anchor->inner.push_back(OwnedRef::share(instrumented.get()));
    return true;
  }
  return false;
}

PyCodeObject* original_code(PyCodeObject* code) noexcept {
  const Anchor* anchor = anchor_of(code);
  return anchor == nullptr ? nullptr : anchor->original;
}

namespace {

constexpr int kUnitBytes = sizeof(_Py_CODEUNIT);

// The instruction that a code unit belongs to.
struct PlaceInCode {
  const UnitPair* pair = nullptr;  // null: it is not instrumented code, or has not begun
  int within = 0;                  // code units from its opcode: caches behind it, EXTENDED_ARGs before
};

PlaceInCode place_at(PyCodeObject* code, int offset) noexcept {
  const Anchor* anchor = anchor_of(code);
  if (anchor == nullptr || offset < 0) return {};
  const int unit = offset / kUnitBytes;
  auto at = std::upper_bound(anchor->units.begin(), anchor->units.end(), static_cast<std::uint32_t>(unit),
                             [](std::uint32_t wanted, const UnitPair& pair) { return wanted < pair.instrumented; });
  const auto from = [unit](const UnitPair& pair) { return unit - static_cast<int>(pair.instrumented); };
  if (at != anchor->units.begin()) {
    const UnitPair& before = *(at - 1);
    const std::uint8_t opcode = _PyOpcode_Deopt[_Py_OPCODE(_PyCode_CODE(code)[before.instrumented])];
    if (at == anchor->units.end() || from(before) <= static_cast<int>(cache_units(opcode))) --at;
  }
  return {&*at, from(*at)};
}

}  // namespace

int original_offset(PyCodeObject* instrumented, int offset) noexcept {
  const auto [pair, within] = place_at(instrumented, offset);
  if (pair == nullptr) return offset;
  const int first = -static_cast<int>(pair->extensions);
  const int there = pair->inserted != 0 ? first : std::max(within, first);
  return (static_cast<int>(pair->original) + there) * kUnitBytes;
}

bool is_inserted(PyCodeObject* code, int offset) noexcept {
  const auto [pair, within] = place_at(code, offset);
  return pair != nullptr && (pair->inserted != 0 || within < -static_cast<int>(pair->extensions));
}

int instrumented_offset(PyCodeObject* instrumented, int offset) noexcept {
  const Anchor* anchor = anchor_of(instrumented);
  if (anchor == nullptr || offset < 0) return offset;
  const auto unit = static_cast<std::uint32_t>(offset) / sizeof(_Py_CODEUNIT);
  auto behind = std::upper_bound(anchor->units.begin(), anchor->units.end(), unit,
                                 [](std::uint32_t at, const UnitPair& pair) { return at < pair.original; });
  if (behind == anchor->units.begin()) return offset;
  // Itself, not one of its hooks: those of a RESUME are behind it.
  while ((behind - 1)->inserted != 0 && behind - 1 != anchor->units.begin()) --behind;
  const UnitPair& pair = *(behind - 1);
  return static_cast<int>((pair.instrumented + (unit - pair.original)) * sizeof(_Py_CODEUNIT));
}

}  // namespace pyharness
