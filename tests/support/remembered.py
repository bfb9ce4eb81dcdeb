"""What python did with a case of side_by_side.py, kept from run to run below the build directory.

It is looked up by all that it may hang on: the interpreter, the case, this test's own text, and the surroundings. That cannot
be everything (a package that is installed later), so nobody believes in a difference to what is remembered: python is asked
again first. See Memory.ask_again().
"""

import hashlib
import os
import pathlib
import pickle
import platform
import signal

import harness
from side_by_side import difference


class Unsteady(AssertionError):
    """Python itself does one thing, then another: the case is at fault."""


def _digest(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def interpreter_identity():
    """Of the interpreter under test: its file, its version, and its library's place."""
    facts = harness.run([harness.PYTHON, "-c", "import os, sys; print(sys.version, os.stat(os.__file__).st_mtime_ns, sys.path)"])
    stat = os.stat(harness.PYTHON)
    return _digest(harness.PYTHON, os.path.realpath(harness.PYTHON), stat.st_mtime_ns, stat.st_size, facts)


def _surroundings():
    """What every process of this test inherits."""
    mask = os.umask(0)
    os.umask(mask)
    ignored = [number for number in signal.valid_signals() if signal.getsignal(number) == signal.SIG_IGN]
    return (sorted(harness.environment().items()), pathlib.Path("/proc/self/limits").read_text(), os.uname()[:3], mask, os.getuid(),
            os.nice(0), sorted(os.sched_getaffinity(0)), ignored, signal.pthread_sigmask(signal.SIG_BLOCK, []), platform.libc_ver())


def _own_text():
    support = harness.SUPPORT
    names = ("side_by_side.py", "remembered.py", "harness.py", "what_a_child_sees.py")
    return [(support / name).read_bytes() for name in names]


class Memory:
    """Outcomes of python in `bench`, kept in `directory`. Threads may use it at once for different cases."""

    def __init__(self, bench, directory):
        self.bench = bench
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.common = _digest(interpreter_identity(), _surroundings(), _own_text(), str(bench.home))

    def _key(self, case):
        files = {name: text.read_bytes() if isinstance(text, pathlib.Path) and text.is_file() else text for name, text in case.files.items()}
        return _digest(self.common, {**vars(case), "files": files})

    def _place(self, case):
        return self.directory / case.name

    def recall(self, case):
        """The Outcome that is remembered, or None."""
        try:
            key, outcome = pickle.loads(self._place(case).read_bytes())
        except (OSError, EOFError, ValueError, TypeError, AttributeError, ImportError, pickle.UnpicklingError):
            return None
        return outcome if key == self._key(case) else None

    def ask(self, case):
        """The Outcome of python, now; remembered from now on."""
        outcome = self.bench.observe(case)
        aside = self._place(case).with_suffix(".new")
        aside.write_bytes(pickle.dumps((self._key(case), outcome)))
        os.replace(aside, self._place(case))
        return outcome

    def ask_again(self, case, earlier):
        """The Outcome of python, now, where pyharness did not do what python did `earlier`; throws Unsteady where python
        cannot make up its mind."""
        again = self.ask(case)
        if difference(earlier, again) and (text := difference(again, self.ask(case))):
            raise Unsteady(f"python does not do the same twice:\n{text}")
        return again
