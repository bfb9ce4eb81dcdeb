#pragma once

#include <cstdint>
#include <vector>

#include "harness/cpython/python.h"

namespace pyharness {

/// A run of instructions of one code object with the source lines that they come from.
struct CodeLocation {
  std::uint32_t first_unit;  // in code units of two bytes
  std::uint32_t units;
  std::uint32_t line;      // 0: instructions without a line
  std::uint32_t end_line;  // of the expression or statement
};

/// Where in the source do this code object's instructions come from? Decodes co_linetable, whose format is the same
/// from 3.11 on (CPython's Objects/locations.md): co_lines() says the same, but makes objects, and the program's
/// garbage collector counts them.
std::vector<CodeLocation> code_locations(PyCodeObject* code);

}  // namespace pyharness
