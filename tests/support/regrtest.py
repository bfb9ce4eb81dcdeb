"""One module of CPython's own regression tests, run by python or by pyharness: what became of each of its tests.

The tests are run by `-m test`, as CPython's developers run them, which writes what it saw as JUnit XML.
"""

import collections
import json
import os
import pathlib
import xml.etree.ElementTree

import harness

DEFAULT = "/usr/bin/python3.11"  # the interpreter that the default host has inside
NO_RESULT = "<no result>"  # the name of the only test where the run did not come as far as writing results
STATUS = "<exit status>"
TIMEOUT = 1500.0  # seconds for one module

# How pyharness runs each mode: line mode would watch little of the standard library by itself.
OPTIONS = {"none": (), "timer": (), "profile": (), "line": ("--only=*",), "alloc": ()}


def host_of(python):
    """Which of our hosts runs this interpreter: "default", or the series of a shared one."""
    if os.path.realpath(python) == os.path.realpath(DEFAULT):
        return "default"
    return harness.run([python, "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).stdout.decode().strip()


def installed(python):
    """Whether this interpreter has the package with CPython's tests."""
    code = "import test.test_generators, test.libregrtest, _testcapi"
    return harness.run([python, "-c", code], timeout=60).status == 0


def _outcomes(text):
    """{test: its outcome} of a JUnit file. Tests that failed in a subtest have no name there: these were not run."""
    seen = collections.defaultdict(set)
    for case in xml.etree.ElementTree.fromstring(text).iter("testcase"):
        kinds = {child.tag for child in case} & {"error", "failure", "skipped"}
        if case.get("name"):
            seen[case.get("name")] |= kinds or {"passed"}
    return {name: " ".join(sorted(kinds - {"passed"} or kinds)) for name, kinds in seen.items()}


def observe(python, module, mode=None):
    """({test: outcome}, the end of what was printed) of a module under python, or under pyharness in this mode."""
    words = [python] if mode is None else [harness.PYHARNESS, "run", "-q", f"--mode={mode}", *OPTIONS[mode], "--python", python]
    env = {"LANG": "C.UTF-8", "LC_ALL": None, "TERM": "xterm"}
    with harness.workspace() as root:
        env["TMPDIR"] = str(root)
        try:
            result = harness.run([*words, "-m", "test", "--junit-xml", root / "out.xml", module], cwd=root, env=env, timeout=TIMEOUT)
        except AssertionError as error:  # the time is over
            return {NO_RESULT: "takes too long"}, str(error)[-20000:]
        said = (result.stdout + result.stderr).decode(errors="replace")[-20000:]
        try:
            outcomes = _outcomes((root / "out.xml").read_text())
        except (OSError, xml.etree.ElementTree.ParseError):
            return {NO_RESULT: f"status {result.status}"}, said
    return {**outcomes, STATUS: str(result.status)}, said


class Expected:
    """What python makes of the modules: {test: all outcomes seen}, kept beside the build from one run to the next."""

    def __init__(self, python):
        self.python, self.host = python, host_of(python)
        version = harness.run([python, "-c", "import sys; print(sys.version)"]).stdout.split()[0].decode()
        self._place = pathlib.Path(harness.PYHARNESS).parent / "test-cache" / "regrtest" / f"{version}{python.replace('/', '-')}"

    def of(self, module):
        """Runs the module where nothing is kept of it."""
        try:
            kept = json.loads(self._file(module).read_text())
        except (OSError, ValueError):
            return self.look_again(module)
        return {test: set(outcomes) for test, outcomes in kept.items()}

    def look_again(self, module):
        """Another run: a test may have had luck."""
        seen = self.of(module) if self._file(module).exists() else {}
        for test, outcome in observe(self.python, module)[0].items():
            seen.setdefault(test, set()).add(outcome)
        self._place.mkdir(parents=True, exist_ok=True)
        self._file(module).write_text(json.dumps({test: sorted(outcomes) for test, outcomes in sorted(seen.items())}, indent=0))
        return seen

    def _file(self, module):
        return self._place / f"{module}.json"
