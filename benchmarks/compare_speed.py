"""How long `pyharness compare` takes for two recordings of 5,000 functions, with their calls and lines.

    compare_speed.py PYHARNESS [FUNCTIONS]
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

LINES = 10  # of each function


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


def main(pyharness, functions=5000):
    with tempfile.TemporaryDirectory() as folder:
        sides = []
        for calls in (3, 4):
            path = pathlib.Path(folder, f"{calls}.json")
            path.write_text(json.dumps(recording(functions, calls), indent=1))
            sides.append(path)
        for words in ([], ["-q", "-o", f"{folder}/c.json"], ["-q", "-o", f"{folder}/c.xml"]):
            took = []
            for _ in range(5):
                begin = time.perf_counter()
                subprocess.run([pyharness, "compare", *sides, *words], check=True, stdout=subprocess.DEVNULL)
                took.append(time.perf_counter() - begin)
            print(f"{words[-1].rsplit('/')[-1] if words else 'text':8} {min(took):.3f} s (the best of {len(took)})")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
