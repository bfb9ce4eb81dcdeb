"""Programs that live in extension modules, side by side as in tests/cli/test_side_by_side.py: under python and in each mode.

What is not installed is skipped. The C++ extension is built here, by the compilers that are here.
"""

import functools
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SUPPORT = pathlib.Path(__file__).resolve().parent.parent / "support"
sys.path.insert(0, str(SUPPORT))
import cases_extensions  # noqa: E402
import harness  # noqa: E402
import side_by_side  # noqa: E402

_home = tempfile.TemporaryDirectory(prefix="pyharness-extensions-")
HOME = pathlib.Path(_home.name).resolve()


@functools.cache
def built(name):
    """The directory with this build of throwing.cpp; SkipTest where it cannot be built."""
    compiler, *flags = cases_extensions.BUILDS[name]
    headers = harness.run([harness.PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('include'))"]).stdout.decode().strip()
    if shutil.which(compiler) is None:
        raise unittest.SkipTest(f"no {compiler}")
    if not pathlib.Path(headers, "Python.h").exists():
        raise unittest.SkipTest(f"no headers of {harness.PYTHON}")
    place = HOME / "built"
    place.mkdir(exist_ok=True)
    words = [compiler, "-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-pthread", "-isystem", headers]
    words += [f"-DTHROWING_MODULE={name}", SUPPORT / "throwing.cpp", "-o", place / f"{name}.so", *flags]
    subprocess.run(words, check=True, timeout=120)
    return place


@functools.cache
def importable(module):
    if module in cases_extensions.BUILDS:
        return bool(built(module))
    if harness.run([harness.PYTHON, "-c", f"import {module}"]).status != 0:
        raise unittest.SkipTest(f"{harness.PYTHON} has no {module}")
    return True


class Extensions(unittest.TestCase):
    maxDiff = None

    @classmethod
    def tearDownClass(cls):
        _home.cleanup()


def make_test(case):
    def test(self):
        needs = cases_extensions.NEEDS[case.name]
        for module in needs:
            importable(module)
        if any(module in cases_extensions.BUILDS for module in needs):
            case.env["PYTHONPATH"] = str(HOME / "built")
        bench = side_by_side.Bench(HOME)
        expected = bench.observe(case)
        self.assertNotIn(b"SyntaxError", expected.result.stderr)
        for mode in side_by_side.MODES:
            with self.subTest(mode=mode):
                self.assertEqual(side_by_side.difference(expected, bench.observe(case, mode)), "")

    return test


for _case in side_by_side.all_cases():
    setattr(Extensions, "test_" + _case.name, make_test(_case))

if __name__ == "__main__":
    unittest.main()
