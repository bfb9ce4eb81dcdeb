"""The walls between the parts: who may include whom. Run by ctest as `walls`; prints each breach and exits 1."""

import pathlib
import re
import sys

MOST_LINES = 500
SOURCES = ("harness", "profilers", "reporters", "tests")
PROGRAMS = ("benchmarks", "dev", ".ci", "share")

RECORDER_FILE = re.compile(r"profilers/(?:.*_recorder|.*_collect|.*_index|watch|thread_stacks|open_stacks|flat_map|call_owners|profiler|registry)\.(?:h|cpp)$")

# What may include what: part -> parts. A part may always include itself.
MAY_INCLUDE = {
    "base": set(),
    "record": {"base"},
    "cpython": {"base", "record"},
    "recorders": {"base", "record"},
    "profilers": {"base", "record", "cpython", "recorders"},
    "host": {"base", "record", "cpython", "recorders", "profilers"},
    "reporters": {"base", "record"},
    "supervise": {"base", "record", "recorders"},
    "cli": {"base", "record", "recorders", "reporters", "supervise"},
}


def part_of(path):
    """The part that a path relative to the root belongs to; None for what is under no rule."""
    if RECORDER_FILE.match(path):
        return "recorders"
    names = path.split("/")
    if names[0] == "harness" and len(names) > 2:
        return names[1]
    return names[0] if names[0] in ("profilers", "reporters") else None


def breaches_of(path, text):
    part = part_of(path)
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{path}:{number}"
        if re.match(r"\s*using\s+namespace\b", line):
            yield f"{where}: using namespace"
        if "PY_VERSION_HEX" in line and part != "cpython":
            yield f"{where}: PY_VERSION_HEX outside harness/cpython/"
        found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if not found:
            continue
        quote, included = found.groups()
        if re.match(r"(Python|frameobject|patchlevel|cpython/|internal/)", included) and path.split("/")[:2] != ["harness", "cpython"]:
            yield f"{where}: CPython's {included} outside harness/cpython/"
        if quote == "<":
            continue
        if re.search(r"(^|/)\.\.?/", included) or ("/" not in included and not included.endswith(".h.in")):
            yield f"{where}: {included} is not written from the root of the sources"
        other = part_of(included)
        if part is None or other is None or other == part:
            continue
        if other not in MAY_INCLUDE[part]:
            yield f"{where}: {part} must not include {included} ({other})"


def main(root):
    breaches = []
    for top in SOURCES + PROGRAMS:
        for file in sorted((root / top).rglob("*")):
            if not file.is_file() or file.suffix not in (".h", ".cpp", ".py", ".sh", ".cmake", ".txt"):
                continue
            path = file.relative_to(root).as_posix()
            if path.startswith(("tests/golden/", "tests/corpus/")):
                continue
            text = file.read_text(encoding="utf-8")
            if (lines := text.count("\n")) > MOST_LINES:
                breaches.append(f"{path}: {lines} lines, more than {MOST_LINES}")
            if file.suffix in (".h", ".cpp"):
                breaches += breaches_of(path, text)
                if file.suffix == ".h" and "#pragma once" not in text:
                    breaches.append(f"{path}: no #pragma once")
    print("\n".join(breaches) if breaches else "The walls stand.")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
