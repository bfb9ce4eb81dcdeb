"""Runs one command and says what it cost; runs many, interleaved, so that a noisy machine is noisy for all alike."""

import json
import os
import platform
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass

LONGEST_RUN_S = 120


class BenchFailure(Exception):
    """A command failed or printed what it should not: its time would mean nothing."""


@dataclass(frozen=True)
class Cost:
    """What one run took. `cpu_ns` is the program's own, with its children; `beside_ns` the supervisor's."""

    cpu_ns: int
    wall_ns: int
    beside_ns: int = 0


def pin():
    """Puts this process and all it will start on one CPU, the last one allowed."""
    cpu = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cpu})
    return cpu


def environment():
    """Nothing that differs between two runs, or between the program alone and under a profiler."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return kept | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}


def _too_long(_signal, _frame):
    raise BenchFailure(f"ran longer than {LONGEST_RUN_S} s")


def run(argv, longest_s=LONGEST_RUN_S):
    """Runs `argv` to its end. Its output, and its cost as the kernel counts it."""
    with tempfile.TemporaryFile() as output:
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, output.fileno(), 1),
        ]
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(longest_s)
        begin = time.perf_counter_ns()
        # Not subprocess: what it does between fork and exec would count as the program's.
        pid = os.posix_spawn(argv[0], argv, environment(), file_actions=actions, setpgroup=0)
        try:
            _, status, used = os.wait4(pid, 0)
            wall_ns = time.perf_counter_ns() - begin
        except BaseException:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        finally:
            signal.alarm(0)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if status != 0:
        raise BenchFailure(f"status {os.waitstatus_to_exitcode(status)}: {' '.join(argv)}")
    return text, Cost(cpu_ns=round((used.ru_utime + used.ru_stime) * 1e9), wall_ns=wall_ns)


def run_recorded(subject, program):
    """As run(), and what pyharness recorded."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/recording.json"
        text, cost = run(subject.command(program, path))
        with open(path, encoding="utf-8") as recording:
            recorded = json.load(recording)
    version = recorded["run"]["python"]["version"]
    if version != platform.python_version():
        raise BenchFailure(f"pyharness embeds {version}, this is {platform.python_version()}")
    return text, cost, recorded


def run_subject(subject, program):
    """As run(), with the CPU told apart where there is a recording: that has the program's own, the supervisor's is the
    rest."""
    if not subject.records or program.inline:
        return run(subject.command(program))
    text, cost, recording = run_recorded(subject, program)
    recorded = recording["run"]
    children = recorded["children"]
    own = recorded["user_ns"] + recorded["system_ns"] + children["user_ns"] + children["system_ns"]
    return text, Cost(cpu_ns=own, wall_ns=cost.wall_ns, beside_ns=cost.cpu_ns - own)


def interleave(subjects, programs, rounds):
    """{program name: {subject name: a Cost per round}}: each round runs every program under every subject once.

    A round before the first one warms the page cache and is not kept.
    """
    costs = {program.name: {subject.name: [] for subject in subjects} for program in programs}
    said = {}
    for at in range(-1, rounds):
        if sys.stderr.isatty():
            print(f"\r  round {at + 1}/{rounds} ", end="", file=sys.stderr)
        for program in programs:
            for subject in subjects:
                text, cost = run_subject(subject, program)
                if said.setdefault(program.name, text) != text:
                    raise BenchFailure(f"{subject.name} changed what {program.name} prints: {text!r}")
                if at >= 0:
                    costs[program.name][subject.name].append(cost)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return costs


def ratio(costs, base, what="cpu_ns"):
    """The median of the ratios of each round: drift between rounds cancels out."""
    return statistics.median(getattr(a, what) / getattr(b, what) for a, b in zip(costs, base, strict=True))


def difference_ms(costs, base, what="wall_ns"):
    return statistics.median(getattr(a, what) - getattr(b, what) for a, b in zip(costs, base, strict=True)) / 1e6


def median_ms(costs, what="cpu_ns"):
    return statistics.median(getattr(cost, what) for cost in costs) / 1e6
