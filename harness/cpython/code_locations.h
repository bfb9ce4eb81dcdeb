#pragma once

#include <cstdint>
#include <vector>

#include "harness/cpython/python.h"

namespace pyharness {

/// The piece of source that an instruction comes from.
struct SourceRange {
  std::uint32_t line = 0;  // 0: from none; a module's first instruction says that its line is 0
  std::uint32_t end_line = 0;
  bool known = false;        // what follows, and that the line is 0 rather than none
  std::uint32_t column = 0;  // in bytes of UTF-8 from the line's start, plus one; 0 where columns are not known
  std::uint32_t end_column = 0;
  bool operator==(const SourceRange&) const = default;
};

/// A run of instructions of one code object with the piece of source that they come from.
struct CodeLocation : SourceRange {
  std::uint32_t first_unit = 0;  // in code units of two bytes
  std::uint32_t units = 0;
};

/// Where in the source do this code object's instructions come from? Decodes co_linetable, whose format is the same
/// from 3.11 on (CPython's Objects/locations.md): co_lines() says the same, but makes objects, and the program's
/// garbage collector counts them.
std::vector<CodeLocation> code_locations(PyCodeObject* code);

}  // namespace pyharness
