"""Side by side: a program under pyharness does what it does under python, byte for byte, in every mode.

Each case of the tables (tests/support/cases_*.py) is run by the real interpreter and by `pyharness run -q`; stdout, stderr,
exit status or signal, and the files left behind must be equal. What cannot be equal is not here but in docs/promises.md.
Which modes a case is run under, by default and with `./dev test --full`: tests/support/side_by_side_plan.py. What python
does is remembered from run to run (tests/support/remembered.py). Two cases run at a time.
"""

import concurrent.futures
import fcntl
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cases_children  # noqa: E402, F401
import cases_code  # noqa: E402, F401
import cases_endings  # noqa: E402, F401
import cases_hooks  # noqa: E402, F401
import cases_installed  # noqa: E402, F401
import cases_moments  # noqa: E402, F401
import cases_pools  # noqa: E402, F401
import cases_processes  # noqa: E402, F401
import cases_state  # noqa: E402, F401
import cases_surroundings  # noqa: E402, F401
import cases_targets  # noqa: E402, F401
import harness  # noqa: E402
import remembered  # noqa: E402
import side_by_side  # noqa: E402
import side_by_side_plan as plan  # noqa: E402

_pool = concurrent.futures.ThreadPoolExecutor(2)
_running = {}


class Place:
    """Where all runs with this interpreter take place: one directory, since what a program prints may have its path in it.
    Another run of this test waits."""

    def __init__(self):
        cache = pathlib.Path(harness.environment()["XDG_CACHE_HOME"]).resolve()
        home = cache / "side-by-side" / remembered.interpreter_identity()[:12]
        home.mkdir(parents=True, exist_ok=True)
        self.lock = open(home / "lock", "w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.bench = side_by_side.Bench(home)
        self.memory = remembered.Memory(self.bench, home / "remembered")
        for options in {case.venv_options for case in side_by_side.all_cases()}:
            side_by_side.environment(str(home), *options)


def differences_of(case, place):
    """{mode: what differs}."""
    expected = place.memory.recall(case) or place.memory.ask(case)
    if plan.FULL:  # the time to find cases that are not steady
        expected = place.memory.ask_again(case, expected)
    found = {}
    for mode in plan.modes_of(case):
        seen = place.bench.observe(case, mode)
        text = side_by_side.difference(expected, seen)
        if text:
            expected = place.memory.ask_again(case, expected)
            text = side_by_side.difference(expected, seen)
        if text:
            found[mode] = text
    return found


def run_early(case, place):
    if case not in _running:
        _running[case] = _pool.submit(differences_of, case, place)
    return _running[case]


class SideBySide(unittest.TestCase):
    maxDiff = None
    place = None


class Plan(unittest.TestCase):
    def test_every_mode_is_here(self):
        self.assertEqual(plan.modes_listed(), {word for mode in plan.MODES for word in mode.split(",")})

    def test_no_mode_is_left_out(self):
        run = {mode for case in side_by_side.all_cases() for mode in plan.modes_of(case)}
        self.assertEqual(run, set(plan.MODES))


def make_test(case):
    def test(self):
        if case.needs and not os.path.exists(case.needs):
            self.skipTest(f"there is no {case.needs}")
        for mode, text in run_early(case, SideBySide.place).result().items():
            with self.subTest(mode=mode):
                self.fail(f"{' '.join(map(repr, case.words))}\n{text}")

    test.case = case
    return test


for _case in side_by_side.all_cases():
    setattr(SideBySide, "test_" + _case.name, make_test(_case))


class LeftOut(unittest.TestCase):
    """Cases that cannot hold for this build."""


for _name, _reason in side_by_side.left_out().items():
    setattr(LeftOut, "test_" + _name, harness.unless_sanitized(_reason)(lambda self: None))


def load_tests(_loader, tests, _pattern):
    """Starts what was chosen, so that both workers are always busy."""
    chosen = [getattr(getattr(test, test._testMethodName), "case", None) for suite in tests for test in suite]
    SideBySide.place = Place()
    for case in filter(None, chosen):
        if not case.needs or os.path.exists(case.needs):
            run_early(case, SideBySide.place)
    return tests


def tearDownModule():
    _pool.shutdown(cancel_futures=True)


if __name__ == "__main__":
    unittest.main()
