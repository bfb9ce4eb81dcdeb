"""What is compared: programs (the workloads) and the subjects that run them (plain Python, pyharness, its peers)."""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTHON = sys.executable
PYHARNESS = os.environ.get("PYHARNESS", str(HERE.parent / "build" / "pyharness"))


@dataclass(frozen=True)
class Program:
    """Words as python takes them. `watched` is one function that does a small share of the work."""

    name: str
    words: tuple[str, ...]
    scale: float = 1.0
    watched: str = ""

    @property
    def inline(self):
        return self.words[0] == "-c"

    @property
    def arguments(self):
        return () if self.inline else (repr(self.scale),)

    def scaled(self, scale):
        return Program(self.name, self.words, scale, self.watched)


def workload(name, watched):
    return Program(name, (str(HERE / "workloads" / f"{name}.py"),), watched=watched)


WORKLOADS = (
    workload("generator", "main"),
    workload("calls", "Bank.transfer"),
    workload("builtins", "main"),
    workload("lines", "fill_triangle"),
    workload("realistic", "Scheduler.step"),
)
GENERATOR = WORKLOADS[:1]
MANY_FUNCTIONS = workload("many_functions", "main")
MANY_FUNCTIONS_LINES = 52_000  # at scale 1
MEMORY_WORKLOADS = tuple(workload(name, "main") for name in ("churn", "documents", "trees", "deep", "hog"))
EMPTY = Program("-c pass", ("-c", "pass"))


@dataclass(frozen=True)
class Subject:
    """A way to run a program. `before` is what stands before the program's words; `needs` is a module, `absent` says why there
    is nothing to run."""

    name: str
    before: tuple[str, ...]
    needs: str = ""
    records: bool = False  # pyharness: writes a recording, takes the program's arguments after --
    absent: str = ""

    def command(self, program, recording=None):
        words = [word.format(watched=program.watched) for word in self.before]
        if recording:
            words += ["-o", f"json:{recording}"]
        separator = ["--"] if self.records and program.arguments else []
        return [*words, *program.words, *separator, *program.arguments]

    def missing(self):
        """Why it cannot run here, or None."""
        if self.absent:
            return self.absent
        if shutil.which(self.before[0]) is None:
            return f"there is no {self.before[0]}"
        if self.needs and importlib.util.find_spec(self.needs) is None:
            return f"{self.needs} is not installed for {PYTHON}"
        return None


LINE_PROFILER_5 = "line_profiler 5"


def pyharness(name, *options):
    return Subject(name, (PYHARNESS, "run", "-q", "--python", PYTHON, *options), records=True)


def peer(name, driver, *options, needs=""):
    return Subject(name, (PYTHON, str(HERE / "peers" / driver), *options), needs=needs or name)


SUBJECTS = {
    subject.name: subject
    for subject in (
        Subject("python", (PYTHON,)),
        Subject("again", (PYTHON,)),  # python against itself: what the machine's noise alone makes of a ratio
        pyharness("none", "--mode=none"),
        pyharness("timer", "--mode=timer"),
        pyharness("profile", "--mode=profile"),
        pyharness("profile, no builtins", "--mode=profile", "--no-builtins"),
        pyharness("line", "--mode=line", "--engine=line=instrumented"),
        pyharness("line, plain", "--mode=line", "--engine=line=trace"),
        pyharness("line, one", "--mode=line", "--engine=line=instrumented", "--only=:{watched}"),
        pyharness("line, one, plain", "--mode=line", "--engine=line=trace", "--only=:{watched}"),
        pyharness("line, corrected", "--mode=line", "--engine=line=instrumented", "--corrected"),
        pyharness("alloc", "--mode=alloc"),
        Subject("tracemalloc", (PYTHON, "-X", "tracemalloc=1")),
        Subject("cProfile", (PYTHON, "-m", "cProfile", "-o", os.devnull)),
        peer("cProfile, no builtins", "cprofile_without_builtins.py", needs="cProfile"),
        peer("line_profiler", "line_profiler_all.py"),
        peer("registered", "line_profiler_all.py", "--registered", needs="line_profiler"),
        Subject(LINE_PROFILER_5, (), absent="name a Python that has it: --line-profiler5 PYTHON"),
    )
}


def use_line_profiler_5(python):
    """Takes this interpreter, of a virtual environment of ours that has line_profiler 5, for the newer peer."""
    probe = "import line_profiler, platform; print(line_profiler.__version__.split('.')[0], platform.python_version())"
    said = subprocess.run([python, "-c", probe], capture_output=True, text=True, check=False) if shutil.which(python) else None
    wanted = f"5 {platform.python_version()}"
    absent = "" if said and said.stdout.strip() == wanted else f"{python} is not Python {platform.python_version()} with line_profiler 5"
    words = (python, str(HERE / "peers" / "line_profiler_all.py"))
    SUBJECTS[LINE_PROFILER_5] = Subject(LINE_PROFILER_5, words, absent=absent)
