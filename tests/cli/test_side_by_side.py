"""Side by side: a program under pyharness does what it does under python, byte for byte, in every mode.

Each case of the tables (tests/support/cases_*.py) is run by the real interpreter once and by `pyharness run -q` in each
mode; stdout, stderr, exit status or signal, and the files left behind must be equal. What cannot be equal is not here but
in docs/promises.md. Two cases run at a time; the python side of a case is run once.
"""

import concurrent.futures
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cases_children  # noqa: E402, F401
import cases_endings  # noqa: E402, F401
import cases_processes  # noqa: E402, F401
import cases_state  # noqa: E402, F401
import cases_surroundings  # noqa: E402, F401
import cases_targets  # noqa: E402, F401
import side_by_side  # noqa: E402

_home = tempfile.TemporaryDirectory(prefix="pyharness-side-")
HOME = pathlib.Path(_home.name).resolve()
_pool = concurrent.futures.ThreadPoolExecutor(2)
_running = {}


def differences_of(case):
    """{mode: what differs}."""
    bench = side_by_side.Bench(HOME)
    expected = bench.observe(case)
    modes = [mode for mode in side_by_side.MODES if mode not in case.apart]
    seen = {mode: side_by_side.difference(expected, bench.observe(case, mode)) for mode in modes}
    return {mode: text for mode, text in seen.items() if text}


def run_early(case):
    if case not in _running:
        _running[case] = _pool.submit(differences_of, case)
    return _running[case]


class SideBySide(unittest.TestCase):
    maxDiff = None


def make_test(case):
    def test(self):
        if case.needs and not os.path.exists(case.needs):
            self.skipTest(f"there is no {case.needs}")
        for mode, text in run_early(case).result().items():
            with self.subTest(mode=mode):
                self.fail(f"{' '.join(map(repr, case.words))}\n{text}")

    test.case = case
    return test


for _case in side_by_side.all_cases():
    setattr(SideBySide, "test_" + _case.name, make_test(_case))


def load_tests(_loader, tests, _pattern):
    """Starts what was chosen, so that both workers are always busy."""
    side_by_side.environment_python(str(HOME))
    for suite in tests:
        for test in suite:
            run_early(getattr(test, test._testMethodName).case)
    return tests


def tearDownModule():
    _pool.shutdown(cancel_futures=True)
    _home.cleanup()


if __name__ == "__main__":
    unittest.main()
