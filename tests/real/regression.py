"""CPython's own regression tests under pyharness: each test must end in every mode as it does under python.

    PYHARNESS=build/pyharness python3.11 tests/real/regression.py [--modes LIST] [--python PATH] [--jobs N] MODULE...

Prints a line for each module and mode, and what differs. A difference is looked at again, on both sides, before it counts:
some tests are not steady. What cannot be equal is in accepted.py, by name and with its reason.
"""

import argparse
import concurrent.futures
import dataclasses
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import accepted  # noqa: E402
import harness  # noqa: E402
import modules  # noqa: E402
import regrtest  # noqa: E402

TRIES = 3


@dataclasses.dataclass
class Finding:
    """One module in one mode."""

    module: str
    mode: str
    tests: int = 0
    differences: dict = dataclasses.field(default_factory=dict)  # {test: (python's outcomes, ours)}
    accepted: dict = dataclasses.field(default_factory=dict)  # {test: reason}
    outdated: list = dataclasses.field(default_factory=list)  # accepted, but equal
    said: str = ""  # the end of what it printed, where something differs
    seconds: float = 0.0

    @property
    def good(self):
        return not self.differences and not self.outdated

    def __str__(self):
        rows = [f"{self.module:32} {self.mode:8} {self.tests:5} tests {len(self.differences):4} differ "
                f"{len(self.accepted):3} accepted {self.seconds:6.0f} s"]
        rows += [f"    {test}: python {' or '.join(sorted(want))}; ours {got}" for test, (want, got) in self.differences.items()]
        rows += [f"    {entry.test}: accepted, but it is equal" for entry in self.outdated]
        return "\n".join(rows)


def _differing(expected, seen):
    return {test: (expected.get(test, {"not run"}), seen.get(test, "not run")) for test in sorted(expected.keys() | seen.keys())
            if seen.get(test, "not run") not in expected.get(test, {"not run"})}


def compare(expected, module, mode):
    """The Finding of a module in this mode."""
    began = time.monotonic()
    finding = Finding(module, mode)
    entries = [entry for entry in accepted.TABLE if entry.applies(module, mode, expected.host)]
    for attempt in range(TRIES):
        want = expected.of(module) if attempt == 0 else expected.look_again(module)
        if regrtest.NO_RESULT in want or (want.keys() == {regrtest.STATUS} and "0" not in want[regrtest.STATUS]):
            finding.differences = {regrtest.NO_RESULT: (set().union(*want.values()), "nothing to compare with")}
            return finding
        seen, said = regrtest.observe(expected.python, module, mode)
        differing = _differing(want, seen)
        # Only what differs each time counts.
        if attempt and regrtest.NO_RESULT not in seen and regrtest.NO_RESULT not in finding.differences:
            differing = {test: pair for test, pair in differing.items() if test in finding.differences}
        finding.differences, finding.tests = differing, len(seen.keys() - {regrtest.STATUS, regrtest.NO_RESULT})
        finding.said = said
        known = {test: entry for test in differing for entry in entries if entry.covers(test)}
        if not differing.keys() - known.keys() - {regrtest.STATUS}:
            break
    finding.accepted = {test: entry.reason for test, entry in known.items()}
    finding.differences = {test: pair for test, pair in finding.differences.items() if test not in known}
    if known and finding.differences.keys() == {regrtest.STATUS}:
        finding.differences = {}  # the status follows from what is accepted
    finding.outdated = [entry for entry in entries if not entry.sometimes and entry not in known.values()]
    finding.seconds = time.monotonic() - began
    return finding


def compare_all(python, names, modes, jobs, tell):
    """Calls `tell` with the Finding of each module and mode as they come, on several threads."""
    expected = regrtest.Expected(python)

    def work(module):
        for mode in modes:
            tell(compare(expected, module, mode))

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        list(pool.map(work, names))  # list: where one fails, so do we


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modes", default=",".join(regrtest.OPTIONS))
    parser.add_argument("--python", default=harness.PYTHON)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--said", action="store_true", help="show also what a differing module printed")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="the whole list where none is named")
    options = parser.parse_args()
    if not regrtest.installed(options.python):
        parser.error(f"{options.python} has no package of tests; Debian: apt install libpython3.11-testsuite")
    names = options.modules or modules.full(options.python)
    findings = []

    def tell(finding):
        findings.append(finding)
        print(f"{finding}\n{finding.said}" if options.said and not finding.good else str(finding), flush=True)

    compare_all(options.python, names, options.modes.split(","), options.jobs, tell)
    bad = [finding for finding in findings if not finding.good]
    print(f"{len(findings)} runs of {len(names)} modules, {sum(f.tests for f in findings)} tests; "
          f"{sum(len(f.differences) for f in findings)} differ in {len(bad)} runs, {sum(len(f.accepted) for f in findings)} accepted")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
