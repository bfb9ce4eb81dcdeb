"""Programs that live in extension modules, side by side as in tests/cli/test_side_by_side.py: under python and under us.

In every mode with the default interpreter, or where PYHARNESS_TEST_FULL is set; in one with the others. What is not
installed is skipped. The C++ extension is built here, by the compilers that are here.
"""

import concurrent.futures
import dataclasses
import functools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

SUPPORT = pathlib.Path(__file__).resolve().parent.parent / "support"
sys.path.insert(0, str(SUPPORT))
import cases_extensions  # noqa: E402
import harness  # noqa: E402
import regrtest  # noqa: E402
import side_by_side  # noqa: E402
import side_by_side_plan  # noqa: E402

ALL = bool(os.environ.get("PYHARNESS_TEST_FULL")) or regrtest.host_of(harness.PYTHON) == "default"
MODES = side_by_side_plan.MODES if ALL else ("profile",)
_home = tempfile.TemporaryDirectory(prefix="pyharness-extensions-")
HOME = pathlib.Path(_home.name).resolve()
_pool = concurrent.futures.ThreadPoolExecutor(2)
_compiling = threading.Lock()


@functools.cache
def headers():
    return harness.run([harness.PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('include'))"]).stdout.decode().strip()


def build(name):
    """Makes this build of throwing.cpp, once; SkipTest where it cannot be."""
    compiler, *flags = cases_extensions.BUILDS[name]
    if shutil.which(compiler) is None:
        raise unittest.SkipTest(f"there is no {compiler}")
    if not pathlib.Path(headers(), "Python.h").exists():
        raise unittest.SkipTest(f"there are no headers of {harness.PYTHON}")
    library = HOME / "built" / f"{name}.so"
    with _compiling:
        if not library.exists():
            library.parent.mkdir(exist_ok=True)
            words = [compiler, "-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-pthread", "-isystem", headers()]
            subprocess.run([*words, f"-DTHROWING_MODULE={name}", harness.CORPUS / "throwing.cpp", "-o", library, *flags], check=True, timeout=120)


def differences_of(case):
    """{mode: what differs}; SkipTest where something is missing."""
    needs = cases_extensions.NEEDS[case.name]
    for module in needs:
        if module in cases_extensions.BUILDS:
            build(module)
        elif harness.run([harness.PYTHON, "-c", f"import {module}"]).status != 0:
            raise unittest.SkipTest(f"{harness.PYTHON} has no {module}")
    if needs[0] in cases_extensions.BUILDS:
        case = dataclasses.replace(case, env={**case.env, "PYTHONPATH": str(HOME / "built")})
    bench = side_by_side.Bench(HOME)
    expected = bench.observe(case)
    seen = {mode: side_by_side.difference(expected, bench.observe(case, mode)) for mode in MODES}
    return {mode: text for mode, text in seen.items() if text}


class Extensions(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.running = {case.name: _pool.submit(differences_of, case) for case in side_by_side.all_cases()}

    @classmethod
    def tearDownClass(cls):
        _pool.shutdown(cancel_futures=True)
        _home.cleanup()


def make_test(name):
    def test(self):
        for mode, text in self.running[name].result().items():
            with self.subTest(mode=mode):
                self.fail(text)

    return test


for _case in side_by_side.all_cases():
    setattr(Extensions, "test_" + _case.name, make_test(_case.name))
for _name, _reason in side_by_side.left_out().items():
    setattr(Extensions, "test_" + _name, harness.unless_sanitized(_reason)(lambda self: None))

if __name__ == "__main__":
    unittest.main()
