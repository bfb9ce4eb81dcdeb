"""Makes the corpora of the targets `recording` and `arena` anew, from real runs; that of `command_line` is written by hand.

    python3.11 tests/fuzz/make_corpus.py build/pyharness

Needed where the arena's layout or the recording's fields change: old files are then refused early and test little.
"""

import gzip
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"
PAGE = 4096
ARENA = 1 << 20  # what tests/fuzz/sparse_arena.h holds
UNIT = 16

# Says that it has come so far, and waits: its arena is then as a program's that is killed.
PROGRAM = """\
import functools, gc, os, sys, threading

class Tree:
    def __init__(self, depth):
        self.below = [Tree(depth - 1) for _ in range(2)] if depth else []
    def walk(self):
        yield self
        for tree in self.below:
            yield from tree.walk()

@functools.lru_cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def wait():
    sys.stdin.read()

def main():
    kept = [len(list(Tree(3).walk())), fib(10), sorted([3, 1, 2], key=lambda x: -x)]
    thread = threading.Thread(target=fib, args=(12,))
    thread.start()
    thread.join()
    gc.collect()
    if "fork" in sys.argv and os.fork() == 0:
        kept.append(bytes(1000))
        os._exit(3)
    if "fork" in sys.argv:
        os.wait()
    print(kept, flush=True)
    if "wait" in sys.argv:
        wait()

main()
"""


def start(pyharness, root, *words, **popen):
    return subprocess.Popen([pyharness, "run", "-q", *words], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **popen)


def arena_descriptor(pid):
    directory = pathlib.Path(f"/proc/{pid}/fd")
    return next(fd for fd in directory.iterdir() if os.readlink(fd).startswith("/memfd:pyharness"))


def arena_of(process):
    """The first mebibyte of the arena of a run that goes on."""
    with open(arena_descriptor(process.pid), "rb", buffering=0) as file:
        return file.read(ARENA)


def patches_of(arena):
    """What is not zero, in the form of tests/fuzz/sparse_arena.h."""
    units = [i for i in range(0, len(arena), UNIT) if any(arena[i:i + UNIT])]
    patches = b""
    while units:
        length = 1
        while length < len(units) and units[length] == units[0] + length * UNIT:
            length += 1
        patch = arena[units[0]:units[0] + length * UNIT]
        patches += struct.pack("<HH", units[0] // UNIT, len(patch)) + patch
        units = units[length:]
    return patches


def make_arenas(pyharness, root):
    for name, *words in (("line", "--mode=line"), ("profile", "--mode=profile"), ("alloc", "--mode=alloc", "--only=app.py"),
                         ("line_and_alloc", "--mode=line,alloc", "--only=app.py"), ("timer", "--mode=timer")):
        for ending in ("wait", "fork"):
            with start(pyharness, root, *words, "app.py", ending, "wait") as process:
                process.stdout.readline()
                arena = patches_of(arena_of(process))
                process.stdin.close()
            (CORPUS / "arena" / f"{name}_{ending}").write_bytes(arena)


def make_recordings(pyharness, root):
    folder = CORPUS / "recording"
    made = {}
    for name, *words in (("line", "--mode=line"), ("profile", "--mode=profile"), ("alloc", "--mode=alloc", "--only=app.py"),
                         ("repeat", "--repeat=3"), ("all", "--mode=line,alloc", "--only=app.py")):
        with start(pyharness, root, "-o", f"json:{name}.json", *words, "app.py", "fork") as process:
            process.communicate()
        made[name] = json.loads((root / f"{name}.json").read_text())
        (folder / f"{name}.json").write_text(json.dumps(made[name], indent=None, separators=(",", ":")))
    (folder / "line.json.gz").write_bytes(gzip.compress(json.dumps(made["line"]).encode(), mtime=0))
    sampled = made["repeat"]
    sampled["run"].update(losses={"arena_bytes_refused": 5, "unheard_of": 1}, notes=["A note."], signal=11)
    sampled["sections"]["sample"] = {
        "interval_ns": 10_000_000, "samples": 3, "lost": 1,
        "stacks": [{"frames": [0, 1], "thread": "MainThread", "state": "running", "count": 3, "weight_ns": 30}],
        "frames": [{"file": "/work/a.py", "line": 1, "name": "<module>"}, {"file": "~", "line": 0, "name": "<built-in len>"}]}
    (folder / "sample.json").write_text(json.dumps(sampled, separators=(",", ":")))


def main():
    pyharness = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        (root / "app.py").write_text(PROGRAM)
        for make in (make_arenas, make_recordings):
            make(pyharness, root)


if __name__ == "__main__":
    main()
