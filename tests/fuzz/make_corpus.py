"""Makes the corpora of the targets `recording` and `arena` anew, from real runs; that of `command_line` is written by hand.

    python3.11 tests/fuzz/make_corpus.py build/pyharness

Needed where the arena's layout or the recording's fields change: old files are then refused early and test little.
"""

import copy
import gzip
import json
import os
import pathlib
import signal
import struct
import subprocess
import sys
import tempfile
import time

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"
ARENA = 1 << 20  # what tests/fuzz/sparse_arena.h holds
UNIT = 16
ADDED_UP = b'"processes"'  # stands in a recording of processes that have ended

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

# All but the last one are added up when pyharness is told to look: their pages are then given back.
def fork(kept):
    for child in range(3):
        if os.fork() == 0:
            kept.append(bytes(1000))
            if child == 1:
                os.kill(os.getpid(), 9)
            os._exit(3)
        os.wait()
    if "spawn" in sys.argv:
        os.spawnv(os.P_WAIT, sys.executable, ["python", "-c", "print(1)"])

def main():
    kept = [len(list(Tree(3).walk())), fib(10), sorted([3, 1, 2], key=lambda x: -x)]
    thread = threading.Thread(target=fib, args=(12,))
    thread.start()
    thread.join()
    gc.collect()
    if "fork" in sys.argv:
        fork(kept)
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


def arena_in(path, mark):
    """The first mebibyte of the arena there, once it holds `mark`."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with open(path, "rb", buffering=0) as file:
            arena = file.read(ARENA)
        if mark in arena:
            return arena
        time.sleep(0.1)
    raise RuntimeError(f"{path} never held {mark}")


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


def write_arena(name, arena):
    (CORPUS / "arena" / name).write_bytes(patches_of(arena))


def make_arenas(pyharness, root):
    for name, *words in (("line", "--mode=line"), ("profile", "--mode=profile"), ("alloc", "--mode=alloc", "--only=app.py"),
                         ("line_and_alloc", "--mode=line,alloc", "--only=app.py"), ("timer", "--mode=timer")):
        for ending in ("wait", "fork", "spawn"):
            children = {"wait": [], "fork": ["fork"], "spawn": ["fork", "spawn"]}[ending]
            if ending == "spawn" and name == "profile":
                continue  # a second interpreter that starts: large, and nothing new
            with start(pyharness, root, "--no-source", *words, "app.py", "wait", *children) as process:
                process.stdout.readline()
                if children:
                    process.send_signal(signal.SIGCHLD)  # as a host does after a number of processes
                write_arena(f"{name}_{ending}", arena_in(arena_descriptor(process.pid), ADDED_UP if children else b""))
                process.stdin.close()
    # A kept one says how the run goes, and then how it ended.
    with start(pyharness, root, "--no-source", "--mode=line", "--keep=kept", "app.py", "wait") as process:
        process.stdout.readline()
        time.sleep(1)  # the run is noted as alive four times a second
        write_arena("kept_running", arena_in(root / "kept", b""))
        process.stdin.close()
    write_arena("kept_ended", arena_in(root / "kept", b""))


def with_optional_parts(recording):
    """A recording of lines with everything that it may have: figures, a thread for each function, costs of the hooks."""
    recording = copy.deepcopy(recording)
    recording["run"]["overhead"] = {"line": {"count": 9, "cost_ps": 12_000, "error_ps": 900}, "total_ns": 108, "error_ns": 9}
    for number, function in enumerate(recording["sections"]["line"]["functions"]):
        function.update(thread=100 + number % 2, corrected_ns=function["total_ns"] // 2)
        for line in function["lines"]:
            line.update(own_ns=line["time_ns"] // 2, corrected_ns=line["time_ns"] // 3)
    return recording


def make_recordings(pyharness, root):
    folder = CORPUS / "recording"
    made = {}
    for name, *words in (("line", "--mode=line"), ("profile", "--mode=profile"), ("alloc", "--mode=alloc", "--only=app.py"),
                         ("repeat", "--repeat=3"), ("all", "--mode=line,alloc", "--only=app.py")):
        with start(pyharness, root, "-o", f"json:{name}.json", *words, "app.py", "fork") as process:
            process.communicate()
        made[name] = json.loads((root / f"{name}.json").read_text())
        (folder / f"{name}.json").write_text(json.dumps(made[name], indent=None, separators=(",", ":")))
    (folder / "line_optional.json").write_text(json.dumps(with_optional_parts(made["line"]), separators=(",", ":")))
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
