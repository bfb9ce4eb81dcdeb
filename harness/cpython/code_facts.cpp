#include "harness/cpython/code_facts.h"

#include <algorithm>

#include "harness/cpython/owned_ref.h"

namespace pyharness {
namespace {

std::string utf8(PyObject* text) {
  Py_ssize_t length = 0;
  const char* bytes = text == nullptr ? nullptr : PyUnicode_AsUTF8AndSize(text, &length);
  if (bytes == nullptr) PyErr_Clear();  // lone surrogates
  return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(length));
}

struct LineRange {
  int start;  // byte offset of the first instruction
  std::uint32_t line;
};

// co_lines() is the one public way to the line table that 3.11 to 3.14 share.
std::vector<LineRange> line_ranges(PyCodeObject* code) {
  std::vector<LineRange> ranges;
  const OwnedRef iterator =
      OwnedRef::steal(PyObject_CallMethod(reinterpret_cast<PyObject*>(code), "co_lines", nullptr));
  while (iterator) {
    const OwnedRef range = OwnedRef::steal(PyIter_Next(iterator.get()));
    if (!range) break;
    PyObject* line = PyTuple_GetItem(range.get(), 2);
    if (line == nullptr || line == Py_None) continue;
    const long number = PyLong_AsLong(line);
    if (number > 0)
      ranges.push_back(
          {static_cast<int>(PyLong_AsLong(PyTuple_GetItem(range.get(), 0))), static_cast<std::uint32_t>(number)});
  }
  PyErr_Clear();
  return ranges;
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

std::vector<std::uint32_t> code_lines(PyCodeObject* code) {
  std::vector<std::uint32_t> lines;
  for (const LineRange& range : line_ranges(code)) lines.push_back(range.line);
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  return lines;
}

std::uint32_t code_last_line(PyCodeObject* code) {
  const std::vector<LineRange> ranges = line_ranges(code);
  auto last = static_cast<std::uint32_t>(std::max(code->co_firstlineno, 0));
  for (const LineRange& range : ranges) last = std::max(last, range.line);
  // Only the statements that begin on it can reach further, as far as a reader of the source cares.
  const std::uint32_t begin = last;
  for (const LineRange& range : ranges) {
    int line = 0;
    int column = 0;
    int end_line = 0;
    int end_column = 0;
    if (range.line == begin && PyCode_Addr2Location(code, range.start, &line, &column, &end_line, &end_column) != 0 &&
        end_line > 0) {
      last = std::max(last, static_cast<std::uint32_t>(end_line));
    }
  }
  return last;
}

std::string frame_module(PyFrameObject* frame) {
  const OwnedRef globals = OwnedRef::steal(PyFrame_GetGlobals(frame));
  PyObject* name = globals && PyDict_Check(globals.get()) ? PyDict_GetItemString(globals.get(), "__name__") : nullptr;
  return name != nullptr && PyUnicode_Check(name) ? utf8(name) : std::string();
}

}  // namespace pyharness
