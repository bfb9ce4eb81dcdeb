"""CPython's own regression tests end under pyharness as they do under python: see regression.py.

A few modules, with the default interpreter; the whole list in every mode, with each interpreter, where PYHARNESS_TEST_FULL
is set (`./dev test --full`). Skipped where the interpreter came without its tests.
"""

import os
import pathlib
import sys
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parent.parent / "support")]
import harness  # noqa: E402
import modules  # noqa: E402
import regression  # noqa: E402
import regrtest  # noqa: E402

FULL = bool(os.environ.get("PYHARNESS_TEST_FULL"))


@unittest.skipUnless(FULL or regrtest.host_of(harness.PYTHON) == "default", "short run: of the default interpreter only")
@unittest.skipUnless(regrtest.installed(harness.PYTHON), f"{harness.PYTHON} came without CPython's tests "
                     "(Debian: apt install libpython3.11-testsuite)")  # fmt: skip
class Regression(unittest.TestCase):
    def test_each_test_ends_as_under_python(self):
        chosen = (modules.full(harness.PYTHON), list(regrtest.OPTIONS)) if FULL else (modules.QUICK, modules.QUICK_MODES)
        regrtest.TIMEOUT = regrtest.TIMEOUT if FULL else harness.TIMEOUT
        bad = []

        def tell(finding):
            if FULL:
                print(finding, flush=True)
            if not finding.good:
                bad.append(f"{finding}\n{finding.said}")

        regression.compare_all(harness.PYTHON, *chosen, 2, tell)
        self.assertFalse(bad, "\n".join(bad))


if __name__ == "__main__":
    unittest.main()
