#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "tests/support/ends_within.h"

#ifdef PYHARNESS_SANITIZED
// Address space cannot be limited under a sanitizer: an allocation of gigabytes is refused instead.
extern "C" const char* __asan_default_options() { return "max_allocation_size_mb=2048:detect_leaks=0"; }
#endif
