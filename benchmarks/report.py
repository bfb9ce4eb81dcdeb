"""Results as aligned text and as JSON."""

import dataclasses
import json
import os
import platform
import subprocess
import time

from subjects import PYHARNESS, PYTHON


def aligned(head, lines, names=1):
    """A table; the first columns hold names and stand to the left, the others numbers to the right."""
    rows = [head, *([str(cell) for cell in line] for line in lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) if at < names else cell.rjust(width)
                 for at, (cell, width) in enumerate(zip(row, widths, strict=True))]
        yield "  ".join(["", *cells]).rstrip()


def text_of(result):
    """One row's part of the report."""
    yield ""
    yield f"{result.row}: {result.title}"
    if result.lines:
        yield from aligned(result.head, result.lines)
    for name, why in result.skipped.items():
        yield f"  skipped {name}: {why}"


def summary(results):
    """All figures with their targets and verdicts."""
    lines = []
    for result in results:
        for figure in result.figures:
            target = "" if figure.target is None else f"{figure.target:.2f} {figure.unit}"
            lines.append([result.row, figure.name, target, f"{figure.value:.2f} {figure.unit}", figure.verdict])
    head = ["row", "figure", "target", "measured", "verdict"]
    yield ""
    yield from aligned(head, lines, names=2)


def machine_facts(cpu):
    """What the figures depend on and do not show."""
    model = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    version = subprocess.run([PYHARNESS, "--version"], capture_output=True, text=True, timeout=20, check=False)
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "pinned_to": cpu,
        "load": os.getloadavg(),
        "kernel": platform.release(),
        "python": f"{platform.python_version()} {PYTHON}",
        "pyharness": f"{version.stdout.strip()} {PYHARNESS}",
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def write_json(path, facts, options, results):
    """Everything: the figures, and the cost of every single run."""
    document = {"machine": facts, "options": vars(options), "rows": [dataclasses.asdict(result) for result in results]}
    for row, result in zip(document["rows"], results, strict=True):
        for entry, figure in zip(row["figures"], result.figures, strict=True):
            entry["verdict"] = figure.verdict
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)
