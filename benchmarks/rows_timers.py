"""What a call costs that is timed by name, and one beside it that is not."""

import os
import statistics
import tempfile
from dataclasses import dataclass

from measure import run
from results import Figure, Result
from subjects import PYHARNESS, PYTHON

# Says the CPU time of one call of each, in ns, taking turns in one process: the least of many short rounds.
PROGRAM = """from time import process_time_ns as now
def timed(): pass
def other(): pass
def calls(function, turns):
    before = now()
    for _ in range(turns): function()
    return now() - before
TURNS, ROUNDS = 20_000, ROUNDS_WANTED
both = [(calls(timed, TURNS), calls(other, TURNS)) for _ in range(ROUNDS)]
print(*(min(times) / TURNS for times in zip(*both)))
"""
TARGET_NS = 60


@dataclass(frozen=True)
class TimedCalls:
    """One function timed and one not, with --time and without, in turns."""

    name: str
    title: str

    def run(self, options):
        result = Result(self.name, self.title)
        result.head = ["round", "timed", "beside it", "without --time"]
        words = [PYHARNESS, "run", "-q", "--python", PYTHON]
        with tempfile.TemporaryDirectory() as folder:
            script = os.path.join(folder, "calls.py")
            with open(script, "w", encoding="utf-8") as file:
                file.write(PROGRAM.replace("ROUNDS_WANTED", str(max(1, round(50 * options.scale)))))
            for turn in range(options.rounds):
                (timed, beside), (plain, _) = (self.costs([*words, *more, script]) for more in (["--time=:timed"], []))
                result.lines.append([turn + 1, *(f"{ns:.1f} ns" for ns in (timed, beside, plain))])
                result.costs[turn] = (timed - plain, beside - plain)
        timed, beside = (statistics.median(costs) for costs in zip(*result.costs.values()))
        result.costs = {}
        result.figures = [Figure("a timed call costs", timed, TARGET_NS, "ns"), Figure("one beside it", beside, None, "ns")]
        return result

    @staticmethod
    def costs(words):
        output, _ = run(words)
        return [float(word) for word in output.split()]


TIMER_ROWS = (TimedCalls("timers", "what a timed call costs beside one that is not"),)
