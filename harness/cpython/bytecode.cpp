#include "harness/cpython/bytecode.h"

#include "harness/base/error.h"
#include "harness/cpython/internals.h"
#include "harness/cpython/owned_ref.h"

#include <opcode.h>

#include <algorithm>
#include <new>
#include <span>
extern "C" {
#include <internal/pycore_opcode.h>
}

namespace pyharness {
namespace {

enum class Jump { kNone, kForward, kBackward };

Jump jump_of(std::uint8_t opcode) noexcept {
  switch (opcode) {
    case FOR_ITER:
    case SEND:
    case JUMP_FORWARD:
    case JUMP_IF_FALSE_OR_POP:
    case JUMP_IF_TRUE_OR_POP:
    case POP_JUMP_FORWARD_IF_FALSE:
    case POP_JUMP_FORWARD_IF_TRUE:
    case POP_JUMP_FORWARD_IF_NONE:
    case POP_JUMP_FORWARD_IF_NOT_NONE:
      return Jump::kForward;
    case JUMP_BACKWARD:
    case JUMP_BACKWARD_NO_INTERRUPT:
    case POP_JUMP_BACKWARD_IF_FALSE:
    case POP_JUMP_BACKWARD_IF_TRUE:
    case POP_JUMP_BACKWARD_IF_NONE:
    case POP_JUMP_BACKWARD_IF_NOT_NONE:
      return Jump::kBackward;
    default:
      return Jump::kNone;
  }
}

std::uint32_t units_of_argument(std::uint32_t argument) noexcept {
  return argument < 1U << 8 ? 1 : argument < 1U << 16 ? 2 : argument < 1U << 24 ? 3 : 4;
}

std::span<const unsigned char> bytes_of(PyObject* bytes) {
  return {reinterpret_cast<const unsigned char*>(PyBytes_AS_STRING(bytes)),
          static_cast<std::size_t>(PyBytes_GET_SIZE(bytes))};
}

[[noreturn]] void refuse() { throw Failure("this bytecode is not the compiler's."); }

// Which instruction begins at which code unit.
class UnitIndex {
 public:
  explicit UnitIndex(std::size_t units) : of_unit_(units + 1, Instruction::kNowhere) {}
  void begin(std::size_t unit, std::size_t instruction) { of_unit_[unit] = static_cast<std::uint32_t>(instruction); }
  [[nodiscard]] std::uint32_t at(std::uint64_t unit) const {
    if (unit >= of_unit_.size() || of_unit_[unit] == Instruction::kNowhere) refuse();
    return of_unit_[unit];
  }

 private:
  std::vector<std::uint32_t> of_unit_;
};

// The exception table's numbers: six bits at a time, the most significant first; bit 6 says that more follow. Bit 7
// marks an entry's first byte (CPython's Objects/exception_handling_notes.txt).
std::uint32_t read_number(std::span<const unsigned char>& bytes) {
  std::uint32_t value = 0;
  for (bool more = true; more; bytes = bytes.subspan(1)) {
    if (bytes.empty()) refuse();
    value = value << 6 | (bytes[0] & 63U);
    more = (bytes[0] & 64U) != 0;
  }
  return value;
}

void write_number(std::string& into, std::uint32_t value, unsigned mark = 0) {
  int shift = 30;
  while (shift > 0 && value >> shift == 0) shift -= 6;
  for (; shift >= 0; shift -= 6) {
    into.push_back(static_cast<char>((value >> shift & 63U) | (shift > 0 ? 64U : 0U) | mark));
    mark = 0;
  }
}

// The location table's: the least significant first.
void write_location_number(std::string& into, std::uint32_t value) {
  for (; value >= 64; value >>= 6) into.push_back(static_cast<char>((value & 63U) | 64U));
  into.push_back(static_cast<char>(value));
}

// The kinds of its entries, as in code_locations.cpp.
constexpr unsigned kOneLine = 10;
constexpr unsigned kNoColumns = 13;
constexpr unsigned kLong = 14;
constexpr unsigned kNoLocation = 15;

// What can be said of at most eight units in the fewest bytes. `line` is the last one that was said.
void write_location(std::string& into, const SourceRange& source, std::uint32_t units, std::int64_t& line) {
  const auto begin = [&](unsigned kind) { into.push_back(static_cast<char>(128U | kind << 3 | (units - 1))); };
  if (!source.known) return begin(kNoLocation);
  const std::int64_t step = std::int64_t{source.line} - line;
  line = source.line;
  const std::uint32_t column = source.column - 1;
  const std::uint32_t end_column = source.end_column - 1;
  const bool on_one_line = source.column != 0 && source.end_column >= source.column && source.end_line == source.line;
  if (on_one_line && step == 0 && column < 80 && end_column - column < 16) {
    begin(column / 8);
    into.push_back(static_cast<char>(column % 8 << 4 | (end_column - column)));
  } else if (on_one_line && step >= 0 && step < 3 && column < 128 && end_column < 128) {
    begin(kOneLine + static_cast<unsigned>(step));
    into.push_back(static_cast<char>(column));
    into.push_back(static_cast<char>(end_column));
  } else {
    begin(source.column == 0 ? kNoColumns : kLong);
    write_location_number(into, static_cast<std::uint32_t>(step < 0 ? -step << 1 | 1 : step << 1));
    if (source.column == 0) return;
    write_location_number(into, source.end_line - source.line);
    write_location_number(into, source.column);
    write_location_number(into, source.end_column);
  }
}

}  // namespace

std::uint32_t cache_units(std::uint8_t opcode) noexcept { return _PyOpcode_Caches[opcode]; }

bool falls_through(std::uint8_t opcode) noexcept {
  switch (opcode) {
    case RETURN_VALUE:
    case RAISE_VARARGS:
    case RERAISE:
    case JUMP_FORWARD:
    case JUMP_BACKWARD:
    case JUMP_BACKWARD_NO_INTERRUPT:
      return false;
    default:
      return true;
  }
}

Bytecode decode_bytecode(PyCodeObject* code) {
  const OwnedRef text = OwnedRef::steal(PyCode_GetCode(code));
  if (!text) {
    PyErr_Clear();
    throw std::bad_alloc();
  }
  const std::span<const unsigned char> bytes = bytes_of(text.get());
  const std::size_t units = bytes.size() / 2;
  Bytecode decoded;
  std::vector<Instruction>& instructions = decoded.instructions;

  UnitIndex index(units);
  std::vector<std::uint64_t> jumps;  // for each instruction, the unit that it leads to
  instructions.reserve(units);
  jumps.reserve(units);
  for (std::size_t at = 0; at < units;) {
    Instruction instruction;
    const std::size_t first = at;
    index.begin(first, instructions.size());
    while (at < units && bytes[2 * at] == EXTENDED_ARG) {
      instruction.argument = (instruction.argument | bytes[2 * at + 1]) << 8;
      ++at;
    }
    if (at >= units) refuse();
    instruction.unit = static_cast<std::uint32_t>(at);
    instruction.extensions = static_cast<std::uint32_t>(at - first);
    instruction.opcode = bytes[2 * at];
    instruction.argument |= bytes[2 * at + 1];
    at += 1 + cache_units(instruction.opcode);
    const Jump jump = jump_of(instruction.opcode);
    jumps.push_back(jump == Jump::kForward ? at + instruction.argument : at - instruction.argument);
    instructions.push_back(instruction);
  }

  index.begin(units, instructions.size());
  for (std::size_t i = 0; i < instructions.size(); ++i) {
    if (jump_of(instructions[i].opcode) == Jump::kNone) continue;
    instructions[i].target = index.at(jumps[i]);
    if (instructions[i].target == instructions.size()) refuse();
  }

  std::size_t next = 0;
  for (const CodeLocation& location : code_locations(code)) {
    for (; next < instructions.size() && instructions[next].unit < location.first_unit + location.units; ++next)
      instructions[next].source = location;
  }

  for (std::span<const unsigned char> rest = bytes_of(code->co_exceptiontable); !rest.empty();) {
    const std::uint32_t first = read_number(rest);
    const std::uint32_t length = read_number(rest);
    const std::uint32_t target = read_number(rest);
    const std::uint32_t depth_and_flag = read_number(rest);
    decoded.exceptions.push_back({.first = index.at(first),
                                  .end = index.at(std::uint64_t{first} + length),
                                  .target = index.at(target),
                                  .depth = depth_and_flag >> 1,
                                  .pushes_instruction = (depth_and_flag & 1) != 0});
  }
  return decoded;
}

EncodedBytecode encode_bytecode(const Bytecode& bytecode, int first_line) {
  const std::vector<Instruction>& instructions = bytecode.instructions;
  std::vector<std::uint32_t> arguments;
  arguments.reserve(instructions.size());
  for (const Instruction& instruction : instructions) arguments.push_back(instruction.argument);
  EncodedBytecode encoded;
  std::vector<std::uint32_t> units(instructions.size() + 1);  // where each begins

  const auto width = [&](std::size_t i) {
    return units_of_argument(arguments[i]) + cache_units(instructions[i].opcode);
  };
  // A longer jump may need one unit more, which makes others longer: until nothing grows any more.
  for (bool grew = true; grew;) {
    grew = false;
    for (std::size_t i = 0; i < instructions.size(); ++i)
      units[i + 1] = units[i] + static_cast<std::uint32_t>(width(i));
    for (std::size_t i = 0; i < instructions.size(); ++i) {
      const std::uint32_t target = instructions[i].target;
      if (target == Instruction::kNowhere) continue;
      const bool forward = jump_of(instructions[i].opcode) == Jump::kForward;
      if (forward ? units[target] < units[i + 1] : units[target] > units[i + 1]) refuse();
      const std::uint32_t distance = forward ? units[target] - units[i + 1] : units[i + 1] - units[target];
      grew = grew || units_of_argument(distance) != units_of_argument(arguments[i]);
      arguments[i] = distance;
    }
  }

  encoded.code.assign(2 * std::size_t{units.back()}, '\0');
  encoded.units.reserve(instructions.size());
  for (std::size_t i = 0; i < instructions.size(); ++i) {
    const std::uint8_t opcode = instructions[i].opcode;
    const std::uint32_t extensions = units[i + 1] - units[i] - cache_units(opcode) - 1;
    char* unit = encoded.code.data() + 2 * std::size_t{units[i]};
    for (std::uint32_t k = extensions; k > 0; --k) {
      *unit++ = static_cast<char>(EXTENDED_ARG);
      *unit++ = static_cast<char>(arguments[i] >> (8 * k));
    }
    *unit++ = static_cast<char>(opcode);
    *unit = static_cast<char>(arguments[i]);
    encoded.units.push_back(units[i] + extensions);
  }

  // One entry for as many units as come from the same source.
  constexpr std::uint32_t kMostUnits = 8;
  encoded.locations.reserve(encoded.code.size());
  std::int64_t line = first_line;
  for (std::size_t i = 0; i < instructions.size();) {
    std::size_t end = i + 1;
    while (end < instructions.size() && instructions[end].source == instructions[i].source) ++end;
    for (std::uint32_t left = units[end] - units[i]; left > 0; left -= std::min(left, kMostUnits))
      write_location(encoded.locations, instructions[i].source, std::min(left, kMostUnits), line);
    i = end;
  }
  for (const ExceptionRange& range : bytecode.exceptions) {
    constexpr unsigned kEntryBegins = 128;
    write_number(encoded.exceptions, units[range.first], kEntryBegins);
    write_number(encoded.exceptions, units[range.end] - units[range.first]);
    write_number(encoded.exceptions, units[range.target]);
    write_number(encoded.exceptions, range.depth << 1 | (range.pushes_instruction ? 1 : 0));
  }
  return encoded;
}

}  // namespace pyharness
