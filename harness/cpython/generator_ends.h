#pragma once

namespace pyharness {

/// When does a generator, coroutine or async generator stop running, however it was made to run? What CPython's own
/// functions of these types do is bracketed: `before()`, then the generator runs, then `after(what before() returned)`.
/// Under the interpreter lock; neither may run Python, and an exception may be set. Once per process, for good.
struct GeneratorRuns {
  unsigned (*before)() = nullptr;
  void (*after)(unsigned) = nullptr;
};

void open_generator_ends(const GeneratorRuns& runs) noexcept;

}  // namespace pyharness
