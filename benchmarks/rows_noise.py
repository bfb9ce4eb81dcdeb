"""Rows about what is told from noise: how often `compare` cries wolf, and how often it sees one."""

import os
import subprocess
import tempfile
from dataclasses import dataclass

from measure import LONGEST_RUN_S, BenchFailure, environment
from results import Figure, Result
from subjects import PYHARNESS, PYTHON

# CPU-bound: attributes, a dict, integers. LOOPS of it take some 150 ms.
PROGRAM = """import sys
def work(n):
    kept, total = {}, 0
    for i in range(n):
        kept[i & 1023] = i
        total += kept.get(i & 511, 0) ^ i
    return total
work(int(sys.argv[1]))
"""
LOOPS = 1_000_000
GATE = "--fail-if=timer.min>+0%"


def pyharness(*words, folder):
    result = subprocess.run([PYHARNESS, *words], cwd=folder, env=environment(), stdin=subprocess.DEVNULL,
                            capture_output=True, timeout=LONGEST_RUN_S, check=False)
    if result.returncode not in (0, 1):
        raise BenchFailure(f"{words} ended with {result.returncode}: {result.stderr.decode()}")
    return result.returncode


def record(folder, name, words=()):
    return pyharness("run", "-q", "--python", PYTHON, "--repeat=10", "-o", f"json:{name}", *words, folder=folder)


@dataclass(frozen=True)
class Verdicts:
    """A program beside itself, or beside one that does more, compared again and again: in how many comparisons HEAD was called
    slower. `turns` lets the two take turns, else the runs of one come after those of the other."""

    name: str
    title: str
    comparisons: int
    turns: bool
    more: float  # of the loops, in HEAD
    most: int | None = None  # verdicts, that is: the target
    least: int | None = None

    def run(self, options):
        comparisons = max(1, round(self.comparisons * options.scale))
        with tempfile.TemporaryDirectory() as folder:
            for name, loops in (("base.py", LOOPS), ("head.py", LOOPS * (1 + self.more))):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(PROGRAM.replace("sys.argv[1]", repr(round(loops))))
            slower = sum(self.compared(folder) for _ in range(comparisons))
        result = Result(self.name, self.title)
        result.head = ["comparisons", "called slower"]
        result.lines = [[comparisons, slower]]
        if self.most is not None:
            result.figures = [Figure("false alarms", slower, self.most * comparisons / self.comparisons, "")]
        else:
            missed = self.comparisons - self.least
            result.figures = [Figure("slowdowns not found", comparisons - slower, missed * comparisons / self.comparisons, "")]
        return result

    def compared(self, folder):
        if self.turns:
            record(folder, "head", ["--against=base.py", "--against-output=json:base", "head.py"])
        else:
            record(folder, "base", ["base.py"])
            record(folder, "head", ["head.py"])
        return pyharness("compare", "-q", "base", "head", GATE, folder=folder)


NOISE_ROWS = (
    Verdicts("noise", "A program beside itself, one recording after the other, ten runs each", 40, False, 0, most=2),
    Verdicts("noise-turns", "A program beside itself, in turns, ten runs each", 40, True, 0, most=2),
    Verdicts("slowdown-turns", "A program that does 10 % more, in turns, ten runs each", 20, True, 0.1, least=18),
)
