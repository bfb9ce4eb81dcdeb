"""The row about how long `pyharness compare` takes for two recordings of many functions, with their calls and lines."""

import json
import os
import statistics
import tempfile
from dataclasses import dataclass

from measure import run
from results import Figure, Result
from subjects import PYHARNESS

FUNCTIONS = 5000
LINES = 10  # of each function
FORMATS = {"text": (), "json": ("-q", "-o", "json:" + os.devnull), "junit": ("-q", "-o", "junit:" + os.devnull)}
TARGET_S = 1


def recording(functions, calls):
    """A recording of so many functions in a hundred files; one in ten is called more often with larger `calls`."""
    file = [f"/work/pkg/module{i % 100}.py" for i in range(functions)]
    first = [1 + i // 100 * (LINES + 2) for i in range(functions)]
    times = [calls if i % 10 == 0 else 3 for i in range(functions)]
    run = {"argv": ["python3", "app.py"], "target": "app.py", "root": "/work", "modes": ["profile", "line"],
           "python": {"version": "3.11.2", "executable": "/usr/bin/python3.11"}, "exit_status": 0,
           "started_at": "2026-01-02T03:04:05.000006Z", "wall_ns": 1, "user_ns": 1, "system_ns": 1,
           "children": {"user_ns": 0, "system_ns": 0}, "peak_rss_bytes": 1,
           "host": {"cpu": "x", "cores": 1, "kernel": "x"}, "clock": {"source": "tsc", "ticks_per_second": 1},
           "processes": [], "losses": {}}
    profile = [{"file": f, "line": n, "name": f"f{i}", "calls": c, "primitive_calls": c, "self_ns": c * 100,
                "cumulative_ns": c * 200} for i, (f, n, c) in enumerate(zip(file, first, times))]
    lines = [{"file": f, "line": n, "name": f"f{i}", "engine": "trace", "total_ns": c * 100,
              "lines": [{"line": n + 1 + k, "hits": c, "time_ns": c * 10} for k in range(LINES)]}
             for i, (f, n, c) in enumerate(zip(file, first, times))]
    text = {}
    for i, (f, n) in enumerate(zip(file, first)):
        text.setdefault(f, {}).update({str(n + 1 + k): f"    x{i}_{k} = {k}" for k in range(LINES)})
    return {"schema": "pyharness.recording", "schema_version": 1, "run": run,
            "sources": [{"file": f, "sha256": "0" * 64, "lines": t} for f, t in sorted(text.items())],
            "sections": {"profile": {"total_calls": sum(times), "primitive_calls": sum(times), "total_ns": 1,
                                     "functions": profile, "edges": []},
                         "line": {"functions": sorted(lines, key=lambda x: (x["file"], x["line"]))}}}


@dataclass(frozen=True)
class CompareSpeed:
    """Each format in turn; the figures are their medians."""

    name: str
    title: str

    def run(self, options):
        result = Result(self.name, self.title)
        result.head = ["format", "median", "best"]
        seconds = {name: [] for name in FORMATS}
        with tempfile.TemporaryDirectory() as folder:
            sides = [os.path.join(folder, f"{calls}.json") for calls in (3, 4)]
            for calls, path in zip((3, 4), sides):
                with open(path, "w", encoding="utf-8") as file:
                    json.dump(recording(max(1, round(FUNCTIONS * options.scale)), calls), file, indent=1)
            for _ in range(options.rounds):
                for name, words in FORMATS.items():
                    seconds[name].append(run([PYHARNESS, "compare", *sides, *words])[1].wall_ns / 1e9)
        result.lines = [[name, f"{statistics.median(all_s):.3f} s", f"{min(all_s):.3f} s"] for name, all_s in seconds.items()]
        result.figures = [Figure(name, statistics.median(all_s), TARGET_S, "s") for name, all_s in seconds.items()]
        return result


COMPARE_ROWS = (CompareSpeed("compare", f"`compare` of two recordings of {FUNCTIONS:,} functions with {LINES} lines each"),)
