#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/cpython/owned_ref.h"
#include "harness/cpython/python.h"

namespace pyharness {

/// What is this code object? Read once, when it is first seen. Need the interpreter lock and no exception set; leave
/// none.

/// co_filename as the bytes that open it.
std::string code_file(PyCodeObject* code);
std::string code_qualified_name(PyCodeObject* code);
/// The same for code objects made of the same text at the same place of a line, however often it is compiled; as good
/// as never for others.
std::uint64_t code_digest(PyCodeObject* code);
struct CodeLines {
  std::vector<std::uint32_t> lines;  // that it has instructions on, ascending
  std::uint32_t last = 0;            // of its last statement, which may lie behind the last line that has instructions
};
CodeLines code_lines(PyCodeObject* code);
/// The code objects of functions and classes defined within it, at any depth; borrowed from `code`.
std::vector<PyCodeObject*> nested_code(PyCodeObject* code);
/// __name__ in the globals of a frame; empty where there is none.
std::string frame_module(PyFrameObject* frame);
/// The same in globals; they may be null, or no dict.
std::string globals_module(PyObject* globals);
/// The code object of whoever called a frame; null where nobody did.
OwnedRef frame_caller_code(PyFrameObject* frame);

}  // namespace pyharness
