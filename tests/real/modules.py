"""Which modules of CPython's regression tests are run under pyharness."""

QUICK = ["test_generators"]
FULL = ["test_generators"]
