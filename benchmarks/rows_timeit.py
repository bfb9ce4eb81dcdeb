"""The row `timeit`: our best time of a statement beside that of `python -m timeit`."""

import re
import statistics
from dataclasses import dataclass

from measure import BenchFailure, run
from results import Figure, Result
from subjects import PYHARNESS, PYTHON

STATEMENTS = ("pass", "x = [i for i in range(1000)]", "''.join(map(str, range(100)))")
UNITS_NS = {"nsec": 1, "usec": 1e3, "msec": 1e6, "sec": 1e9}


def best_ns(words):
    """What the first line says, which is the same for both."""
    text, _ = run(words)
    line = re.match(r"\d+ loops?, best of \d+: (\S+) (\S+) per loop\n", text)
    if not line:
        raise BenchFailure(f"no line of timeit: {text!r}")
    return float(line[1]) * UNITS_NS[line[2]]


@dataclass(frozen=True)
class Timeit:
    """The ratio of the two, interleaved; python against itself beside it. The figures are how far the ratio is from 1."""

    name: str
    title: str

    def run(self, options):
        result = Result(self.name, self.title)
        result.head = ["statement", "python ns", "pyharness", "again"]
        ours = (PYHARNESS, "timeit", "--python", PYTHON)
        python = (PYTHON, "-m", "timeit")
        for statement in STATEMENTS:
            rounds = [[best_ns([*words, statement]) for words in (python, ours, python)] for _ in range(options.rounds)]
            ratio, again = (statistics.median(each[at] / each[0] for each in rounds) for at in (1, 2))
            result.lines.append([statement, f"{statistics.median(each[0] for each in rounds):.1f}", f"{ratio:.3f}", f"{again:.3f}"])
            result.figures.append(Figure(f"off by, {statement}", abs(ratio - 1), 0.10))
        return result
