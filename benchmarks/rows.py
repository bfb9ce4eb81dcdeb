"""The table of rows: what is measured, on which workloads, against which target. To measure more, add a row."""

import statistics
from dataclasses import dataclass

from measure import difference_ms, interleave, median_ms, ratio, run_recorded
from results import Figure, Result
from rows_compare import COMPARE_ROWS
from rows_noise import NOISE_ROWS
from rows_timeit import Timeit
from rows_timers import TIMER_ROWS
from subjects import (
    EMPTY,
    GENERATOR,
    LINE_PROFILER_5,
    MANY_FUNCTIONS,
    MANY_FUNCTIONS_LINES,
    MEMORY_WORKLOADS,
    SUBJECTS,
    WORKLOADS,
)


# Figures of a Slowdowns row, made from {subject: {workload: slowdown}}; None where a peer is missing.


def median_slowdown(by_workload):
    return statistics.median(by_workload.values())


def median_of(subject, target=None):
    return lambda slow: subject in slow and Figure(f"{subject}, median", median_slowdown(slow[subject]), target)


def worst_of(subject, target=None):
    def worst(slow):
        name, value = max(slow.get(subject, {}).items(), key=lambda item: item[1], default=("", 0))
        return name and Figure(f"{subject}, worst ({name})", value, target)

    return worst


def slowdown_on(subject, workload, target=None):
    return lambda slow: subject in slow and Figure(f"{subject}, {workload}", slow[subject][workload], target)


def overhead_on(subject, against, workload, target=None):
    """As overheads_of(), of one workload."""

    def share(slow):
        if subject not in slow or against not in slow:
            return None
        value = (slow[subject][workload] - 1) / (slow[against][workload] - 1)
        return Figure(f"overhead {subject} / {against}, {workload}", value, target)

    return share


def slowdown_of(subject, target=None):
    return lambda slow: subject in slow and Figure(subject, median_slowdown(slow[subject]), target)


def overheads_of(subject, against, target=None, pick=statistics.median):
    """The overhead (slowdown - 1) of one subject in parts of another's, over the workloads."""

    def share(slow):
        if subject not in slow or against not in slow:
            return None
        shares = [(slow[subject][name] - 1) / (slow[against][name] - 1) for name in slow[subject]]
        kind = "worst" if pick is max else "median"
        return Figure(f"overhead {subject} / {against}, {kind}", pick(shares), target)

    return share


@dataclass(frozen=True)
class Slowdowns:
    """CPU and wall time of each subject on each workload, in times those of `base`.

    `often` multiplies the rounds where the difference is smaller than the noise of a busy machine.
    """

    name: str
    title: str
    subjects: tuple[str, ...]
    figures: tuple = ()
    base: str = "python"
    programs: tuple = WORKLOADS
    scale: float = 1.0
    often: int = 1

    def run(self, options):
        result = Result(self.name, self.title, skipped=missing(self.subjects))
        present = [name for name in self.subjects if name not in result.skipped]
        programs = [program.scaled(self.scale * options.scale) for program in self.programs]
        rounds = options.rounds * self.often
        result.costs = interleave([SUBJECTS[name] for name in (self.base, *present)], programs, rounds)
        result.head = ["workload", f"{self.base} ms"]
        for name in present:
            result.head += [name, "wall"] + ["beside ms"] * SUBJECTS[name].records
        slow = {name: {} for name in present}
        for program, costs in result.costs.items():
            base = costs[self.base]
            line = [program, f"{median_ms(base):.0f}"]
            for name in present:
                slow[name][program] = ratio(costs[name], base)
                line += [f"{slow[name][program]:.3f}", f"{ratio(costs[name], base, 'wall_ns'):.3f}"]
                line += [f"{median_ms(costs[name], 'beside_ns'):.1f}"] * SUBJECTS[name].records
            result.lines.append(line)
        result.figures = [figure for make in self.figures if (figure := make(slow))]
        return result


@dataclass(frozen=True)
class Start:
    """What a subject adds to the wall time of an empty program, from start to end."""

    name: str
    title: str
    subjects: tuple[str, ...]
    target_ms: float
    rounds: int = 40

    def run(self, options):
        rounds = min(self.rounds, options.rounds * 6)
        result = Result(self.name, self.title, skipped=missing(self.subjects))
        present = [name for name in self.subjects if name not in result.skipped]
        result.costs = interleave([SUBJECTS[name] for name in ("python", *present)], [EMPTY], rounds)
        result.head = ["subject", "wall ms", "CPU ms"]
        for name, costs in result.costs[EMPTY.name].items():
            result.lines.append([name, f"{median_ms(costs, 'wall_ns'):.2f}", f"{median_ms(costs):.2f}"])
        base = result.costs[EMPTY.name]["python"]
        for name in present:
            beyond = difference_ms(result.costs[EMPTY.name][name], base)
            result.figures.append(Figure(f"{name} beyond python", beyond, self.target_ms, "ms"))
        return result


@dataclass(frozen=True)
class PerLines:
    """CPU time of the program per 1,000 lines of source that run once or not at all, beyond that under --mode=none."""

    name: str
    title: str
    subjects: tuple[str, ...]
    target_ms: float

    def run(self, options):
        result = Result(self.name, self.title, skipped=missing(self.subjects))
        present = [name for name in self.subjects if name not in result.skipped]
        program = MANY_FUNCTIONS.scaled(options.scale)
        result.costs = interleave([SUBJECTS[name] for name in ("none", *present)], [program], options.rounds)
        costs = result.costs[program.name]
        result.head = ["subject", "CPU ms", "wall ms", "beside ms"]
        for name, each in costs.items():
            result.lines.append([name, *(f"{median_ms(each, what):.1f}" for what in ("cpu_ns", "wall_ns", "beside_ns"))])
        thousands = MANY_FUNCTIONS_LINES * options.scale / 1000
        for name in present:
            beyond = difference_ms(costs[name], costs["none"], "cpu_ns") / thousands
            result.figures.append(Figure(f"{name}, per 1,000 lines", beyond, self.target_ms, "ms"))
        return result


@dataclass(frozen=True)
class Corrected:
    """What --corrected says that the program took, in times what it takes under --mode=none; both by the wall clock, from
    its first line to its end. The figures are how far that is from 1."""

    name: str
    title: str
    scale: float

    def run(self, options):
        result = Result(self.name, self.title, skipped=missing(["line, corrected"]))
        if not result.skipped and self.one_round(WORKLOADS[0].scaled(0.01)) is None:
            result.skipped["line, corrected"] = "it recorded no corrected times"
        if result.skipped:
            return result
        result.head = ["workload", "unwatched ms", "total", "corrected"]
        off = {}
        for program in WORKLOADS:
            scaled = program.scaled(self.scale * options.scale)
            rounds = [self.one_round(scaled) for _ in range(options.rounds)]
            total, corrected = (statistics.median(each[at] / each[0] for each in rounds) for at in (1, 2))
            off[program.name] = abs(corrected - 1)
            unwatched = statistics.median(each[0] for each in rounds) / 1e6
            result.lines.append([program.name, f"{unwatched:.0f}", f"{total:.3f}", f"{corrected:.3f}"])
        name, worst = max(off.items(), key=lambda item: item[1])
        result.figures = [
            Figure("corrected is off by, median", statistics.median(off.values()), 0.15),
            Figure(f"corrected is off by, worst ({name})", worst, 0.35),
        ]
        return result

    def one_round(self, program):
        """ns unwatched, as the line profile has it, and the same corrected; None where nothing was."""
        unwatched = run_recorded(SUBJECTS["none"], program)[2]["run"]["code_wall_ns"]
        functions = run_recorded(SUBJECTS["line, corrected"], program)[2]["sections"]["line"]["functions"]
        whole = next(each for each in functions if each["name"] == "<module>" and each["file"] == program.words[0])
        return (unwatched, whole["total_ns"], whole["corrected_ns"]) if "corrected_ns" in whole else None


def missing(names):
    return {name: why for name in names if (why := SUBJECTS[name].missing())}


ROWS = (
    Slowdowns(
        "none", "The program with no hook at all, in times plain Python (again: Python against itself)",
        ("none", "again"),
        (median_of("none", 1.06), worst_of("none", 1.15), median_of("again"), worst_of("again")),
        often=2,
    ),
    Start("start", "Start to end of -c pass", ("none", "timer", "profile", "line"), target_ms=5),
    Slowdowns(
        "profile", "Calls, all functions, beside cProfile; scaled down alike for all",
        ("profile", "cProfile", "profile, no builtins", "cProfile, no builtins"),
        (
            median_of("profile"), worst_of("profile"), median_of("cProfile"), worst_of("cProfile"),
            overheads_of("profile", "cProfile", 0.85), overheads_of("profile", "cProfile", 0.85, max),
            overheads_of("profile, no builtins", "cProfile, no builtins"),
            overheads_of("profile, no builtins", "cProfile, no builtins", None, max),
        ),
        scale=0.3,
    ),
    Slowdowns(
        "line", "Lines, every function watched, beside line_profiler 4 and 5; scaled down alike for all",
        ("line", "line, plain", "line_profiler", "registered", LINE_PROFILER_5),
        (
            slowdown_on("line", "generator", 2.2), slowdown_on("line", "lines", 1.9), slowdown_on("line", "realistic", 1.8),
            slowdown_on("line", "calls"), slowdown_on("line", "builtins"),
            *(overhead_on("line", "line_profiler", program.name, 0.06) for program in WORKLOADS),
            *(overhead_on("line", LINE_PROFILER_5, program.name, 0.06) for program in WORKLOADS),
            overheads_of("line", "registered"), overheads_of("line", "registered", None, max),
            median_of("line, plain"), worst_of("line, plain"), median_of("line_profiler"), median_of(LINE_PROFILER_5),
            overheads_of("line, plain", "line_profiler", 0.25), overheads_of("line, plain", "line_profiler", 0.25, max),
        ),
        scale=0.3,
    ),
    Slowdowns(
        "line-one", "Lines, one function watched that does little of the work, in times --mode=none",
        ("line, one", "line, one, plain"),
        (median_of("line, one", 1.05), worst_of("line, one"), median_of("line, one, plain"), worst_of("line, one, plain")),
        base="none", scale=0.5,
    ),
    PerLines("line-new-code", "What code costs that hardly runs, beyond --mode=none", ("line", "line, plain"), target_ms=1),
    Corrected("line-corrected", "The whole program as line mode says it, hooks taken off, in times an unwatched run", scale=0.3),
    Slowdowns(
        "alloc", "Memory by line, one frame, beside tracemalloc with one frame", ("none", "alloc", "tracemalloc"),
        (
            median_of("none"), median_of("alloc"), worst_of("alloc"), median_of("tracemalloc"),
            overheads_of("alloc", "tracemalloc", 0.10), overheads_of("alloc", "tracemalloc", 0.10, max),
        ),
        programs=MEMORY_WORKLOADS,
    ),
    Slowdowns(
        "article", "The article's numbers: the generator program, in times plain Python",
        ("cProfile", "line_profiler", LINE_PROFILER_5, "line"),
        tuple(map(slowdown_of, ("cProfile", "line_profiler", LINE_PROFILER_5, "line"))), programs=GENERATOR, scale=0.5,
    ),
    Timeit("timeit", "The best time of a statement as `pyharness timeit` has it, in times `python -m timeit`"),
    *COMPARE_ROWS,
    *NOISE_ROWS,
    *TIMER_ROWS,
)
