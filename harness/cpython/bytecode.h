#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/cpython/code_locations.h"
#include "harness/cpython/python.h"

namespace pyharness {

// A code object of CPython 3.11 in a form that can be edited: instructions that name each other by their place in a
// list, so that one may be put between two others. docs/instrumented-code.md tells the whole way with an example.

/// One instruction with its EXTENDED_ARGs in front and its inline caches behind.
struct Instruction {
  std::uint8_t opcode = 0;
  std::uint32_t argument = 0;       // of a jump: nothing, see target
  std::uint32_t unit = 0;           // where its opcode stands in the code object that it comes from, in code units
  std::uint32_t extensions = 0;     // how many EXTENDED_ARGs stand in front of it there
  std::uint32_t target = kNowhere;  // of a jump: index of the instruction that it leads to
  bool inserted = false;            // it is not that code object's: it stands in front of that one
  SourceRange source;

  static constexpr std::uint32_t kNowhere = 0xFFFFFFFF;
};

/// Exceptions raised in [first, end) go on at `target`, with the stack cut to `depth`; indices of instructions.
struct ExceptionRange {
  std::uint32_t first = 0;
  std::uint32_t end = 0;  // may be the number of instructions
  std::uint32_t target = 0;
  std::uint32_t depth = 0;
  bool pushes_instruction = false;  // where it was raised, below the exception: "lasti"
};

struct Bytecode {
  std::vector<Instruction> instructions;
  std::vector<ExceptionRange> exceptions;  // by first, none overlapping
};

/// A Bytecode as CPython wants it.
struct EncodedBytecode {
  std::string code;                  // co_code
  std::string locations;             // co_linetable
  std::string exceptions;            // co_exceptiontable
  std::vector<std::uint32_t> units;  // of each instruction, where its opcode stands
};

/// Takes `code` apart. Throws Failure where it is not as CPython's compiler makes it, std::bad_alloc.
Bytecode decode_bytecode(PyCodeObject* code);
/// Puts it together again; `first_line` as the code object has it. Jumps must lead the way that their opcode goes.
EncodedBytecode encode_bytecode(const Bytecode& bytecode, int first_line);

/// How many code units of inline caches stand behind it.
[[nodiscard]] std::uint32_t cache_units(std::uint8_t opcode) noexcept;
/// Whether the next instruction may run after this one.
[[nodiscard]] bool falls_through(std::uint8_t opcode) noexcept;

}  // namespace pyharness
