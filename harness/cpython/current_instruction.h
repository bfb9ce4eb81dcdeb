#pragma once

#include <cstdint>
#include <string>

#include "harness/cpython/python.h"

namespace pyharness {

/// At which instruction is the innermost Python frame? Frames that are still being set up do not count: what happens
/// there belongs to their caller, as tracemalloc has it. Nothing here makes an object, so all of it may be asked inside
/// an allocator, at any moment of the interpreter's life.
struct CurrentInstruction {
  std::uintptr_t address = 0;    // of its code unit, within the code object; 0 where no Python code runs
  PyCodeObject* code = nullptr;  // borrowed from the frame
};

/// Of the thread that holds the interpreter lock; for who has it.
CurrentInstruction locked_instruction() noexcept;
/// Of the calling thread, whether it has the lock or not: its frames do not move meanwhile.
CurrentInstruction own_instruction() noexcept;

/// What that instruction is called. The name of the file is in UTF-8, whatever the locale's encoding is.
struct InstructionFacts {
  std::string file;            // as co_filename
  std::string qualified_name;  // of the function
  std::uint32_t line = 0;      // 0 where it has none
  std::uint32_t first_line = 0;
  std::size_t code_bytes = 0;  // of the code object
};
/// The code object must be alive. Throws std::bad_alloc.
InstructionFacts facts_of(const CurrentInstruction& instruction);

/// __name__ of the innermost frame's globals; empty where there is none. Needs the interpreter lock. `name_key` is the
/// interned text "__name__".
std::string current_module(PyObject* name_key);

/// Whether the calling thread has the interpreter lock, as far as its own thread state tells.
bool has_interpreter_lock() noexcept;

}  // namespace pyharness
