"""Counts instructions instead of time, under valgrind: slow, but free of the machine's noise."""

import re
import shutil
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from measure import run
from rows import Figure, Result, missing
from subjects import PYHARNESS, SUBJECTS, WORKLOADS

LONGEST_COUNT_S = 600
COMMAND = re.compile(r"^cmd: +(\S+)", re.MULTILINE)
TOTALS = re.compile(r"^totals: (\d+)", re.MULTILINE)


def count(subject, program):
    """Instructions of the program's processes; those of a supervisor beside them do not count."""
    valgrind = shutil.which("valgrind")
    with tempfile.TemporaryDirectory() as folder:
        words = [valgrind, "-q", "--tool=callgrind", "--trace-children=yes", f"--callgrind-out-file={folder}/%p"]
        run([*words, *subject.command(program)], LONGEST_COUNT_S)
        written = [path.read_text(encoding="utf-8", errors="replace") for path in Path(folder).iterdir()]
    return sum(int(TOTALS.search(text)[1]) for text in written if COMMAND.search(text)[1] != PYHARNESS)


@dataclass(frozen=True)
class Instructions:
    """Instructions in times those of plain Python; from the growth between two scales, so that starting drops out."""

    name: str
    title: str
    subjects: tuple[str, ...]
    programs: tuple = WORKLOADS
    scales: tuple[float, float] = (0.01, 0.04)

    def grown(self, name, program):
        small, large = (count(SUBJECTS[name], program.scaled(scale)) for scale in self.scales)
        return large - small

    def run(self, _options):
        result = Result(self.name, self.title, skipped=missing(self.subjects))
        if shutil.which("valgrind") is None:
            result.skipped["instructions"] = "valgrind is not installed"
            return result
        present = [name for name in self.subjects if name not in result.skipped]
        result.head = ["workload", "python", *present]
        slow = {name: [] for name in present}
        for program in self.programs:
            base = self.grown("python", program)
            for name in present:
                slow[name].append(self.grown(name, program) / base)
            result.lines.append([program.name, f"{base / 1e6:.0f} M", *(f"{slow[name][-1]:.3f}" for name in present)])
        result.figures = [Figure(f"{name}, median", statistics.median(values)) for name, values in slow.items()]
        return result


INSTRUCTION_ROWS = (
    Instructions("instructions", "Instructions executed, in times plain Python", ("none", "line", "line, one")),
)
