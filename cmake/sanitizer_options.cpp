// What a sanitizer is told: in each of our executables, not in the environment, which a program may clear for its children
// and where a kernel without /proc has none. Signals and their stacks are the program's; CPython leaves memory behind when
// it ends, and asks for more than there is.
#define PYHARNESS_OF_THE_PROGRAM                                                                             \
  "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:use_sigaltstack=0:"          \
  "allocator_may_return_null=1"

extern "C" {

__attribute__((visibility("default"))) const char* __asan_default_options() {
  return PYHARNESS_OF_THE_PROGRAM ":detect_leaks=0";
}

__attribute__((visibility("default"))) const char* __ubsan_default_options() { return "print_stacktrace=1"; }

// A child of a process with several threads goes on, and may start threads of its own.
__attribute__((visibility("default"))) const char* __tsan_default_options() {
  return PYHARNESS_OF_THE_PROGRAM ":die_after_fork=0";
}

// CPython is not instrumented: what it orders by atomics of its own cannot be seen. Each line with its reason.
__attribute__((visibility("default"))) const char* __tsan_default_suppressions() { return ""; }
}
