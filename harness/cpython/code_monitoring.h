#pragma once

#include <initializer_list>

#include "harness/cpython/python.h"

namespace pyharness {

/// What happens in Python code on 3.12 and later? PEP 669's events, on every thread, told to plain functions. All calls
/// need the interpreter lock.
enum class CodeEvent { kStart, kResume, kReturn, kYield, kLine, kJump, kThrow, kUnwind, kCall, kCReturn, kCRaise };
inline constexpr std::size_t kCodeEvents = 11;

/// What a function answers: whether this event is to be told any more at this place.
enum class Again { kYes, kNever };
/// `arguments` are those of the sys.monitoring callback, the code object first.
using CodeEventFunction = Again (*)(PyObject* const* arguments) noexcept;

/// What a kCall event tells: what is called, and its first argument. Borrowed; `self` is CPython's own mark where there
/// is none. A method around a C function (`classmethod(repr)` of a class) is told as the method where the call begins,
/// and as the C function where it ends: here it is the latter. Called as `f(*arguments)` its end is not told at all:
/// there it stays a method.
struct Called {
  PyObject* function;
  PyObject* self;
};
Called called(PyObject* const* arguments) noexcept;

/// One tool of sys.monitoring.
class CodeMonitoring {
 public:
  /// Takes a tool id that no kind of tool has by custom: the program's own debugger, coverage and cProfile find theirs
  /// free. Throws Failure where the program's start has taken them all.
  void open();
  /// Whom an event is told. Throws Failure.
  void tell(CodeEvent event, CodeEventFunction function);
  /// Events of all code. Throws Failure.
  void everywhere(std::initializer_list<CodeEvent> events);
  /// Events of one code object, beside those. False (and no exception) where memory is out.
  bool within(PyCodeObject* code, std::initializer_list<CodeEvent> events) const noexcept;
  /// Takes back each Again::kNever, of other tools too.
  void restart() const noexcept;
  /// Gives the tool id back: nothing is told any more. Safe to call twice.
  void close() noexcept;

 private:
  [[nodiscard]] long mask(std::initializer_list<CodeEvent> events) const noexcept;

  PyObject* module_ = nullptr;  // sys.monitoring, owned for good
  long tool_ = -1;
  long masks_[kCodeEvents] = {};
};

}  // namespace pyharness
