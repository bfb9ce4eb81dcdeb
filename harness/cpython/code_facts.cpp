#include "harness/cpython/code_facts.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "harness/cpython/code_locations.h"
#include "harness/cpython/owned_ref.h"

namespace pyharness {
namespace {

std::string utf8(PyObject* text) {
  Py_ssize_t length = 0;
  const char* bytes = text == nullptr ? nullptr : PyUnicode_AsUTF8AndSize(text, &length);
  if (bytes == nullptr) PyErr_Clear();  // lone surrogates
  return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(length));
}

}  // namespace

std::string code_file(PyCodeObject* code) {
  const OwnedRef bytes = OwnedRef::steal(PyUnicode_EncodeFSDefault(code->co_filename));
  if (!bytes) {
    PyErr_Clear();
    return "<unnamed>";
  }
  return {PyBytes_AS_STRING(bytes.get()), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.get()))};
}

std::string code_qualified_name(PyCodeObject* code) { return utf8(code->co_qualname); }

// The location table tells columns too.
std::uint64_t code_digest(PyCodeObject* code) {
  const std::string_view table(PyBytes_AS_STRING(code->co_linetable),
                               static_cast<std::size_t>(PyBytes_GET_SIZE(code->co_linetable)));
  return std::hash<std::string_view>()(table);
}

CodeLines code_lines(PyCodeObject* code) {
  CodeLines found{{}, static_cast<std::uint32_t>(std::max(code->co_firstlineno, 0))};
  std::vector<std::uint32_t>& lines = found.lines;
  for (const CodeLocation& location : code_locations(code)) {
    found.last = std::max(found.last, location.end_line);
    if (location.line != 0 && (lines.empty() || lines.back() != location.line)) lines.push_back(location.line);
  }
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  return found;
}

std::vector<PyCodeObject*> nested_code(PyCodeObject* code) {
  std::vector<PyCodeObject*> nested;
  std::vector<PyCodeObject*> open{code};
  while (!open.empty()) {
    PyObject* constants = open.back()->co_consts;
    open.pop_back();
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants); ++i) {
      PyObject* constant = PyTuple_GET_ITEM(constants, i);
      if (!PyCode_Check(constant)) continue;
      nested.push_back(reinterpret_cast<PyCodeObject*>(constant));
      open.push_back(nested.back());
    }
  }
  return nested;
}

std::string frame_module(PyFrameObject* frame) {
  return globals_module(OwnedRef::steal(PyFrame_GetGlobals(frame)).get());
}

std::string globals_module(PyObject* globals) {
  PyObject* name = globals != nullptr && PyDict_Check(globals) ? PyDict_GetItemString(globals, "__name__") : nullptr;
  return name != nullptr && PyUnicode_Check(name) ? utf8(name) : std::string();
}

OwnedRef frame_caller_code(PyFrameObject* frame) {
  const OwnedRef caller = OwnedRef::steal(reinterpret_cast<PyObject*>(PyFrame_GetBack(frame)));
  if (!caller) return {};
  return OwnedRef::steal(reinterpret_cast<PyObject*>(PyFrame_GetCode(reinterpret_cast<PyFrameObject*>(caller.get()))));
}

}  // namespace pyharness
