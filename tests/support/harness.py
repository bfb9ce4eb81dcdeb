"""What the tests of the command line share: running a command with a timeout, temporary programs, reading recordings.

Variables of the environment say what is tested:
    PYHARNESS           path of the pyharness executable; required
    PYHARNESS_PYTHON    the interpreter that it is compared with; default /usr/bin/python3.11
    PYHARNESS_SANITIZE  the sanitizers that it was built with; default none
"""

import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

PYTHON = os.environ.get("PYHARNESS_PYTHON", "/usr/bin/python3.11")
if not os.environ.get("PYHARNESS"):
    raise RuntimeError("set PYHARNESS to the path of the executable under test")
PYHARNESS = os.path.abspath(os.environ["PYHARNESS"])
VERSION = tuple(int(x) for x in subprocess.run([PYTHON, "-I", "-c", "import sys; print(*sys.version_info[:2])"],
                                               check=True, capture_output=True, timeout=60).stdout.split())
CORPUS = pathlib.Path(__file__).resolve().parent.parent / "corpus"
SUPPORT = pathlib.Path(__file__).resolve().parent
TIMEOUT = float(os.environ.get("PYHARNESS_TEST_TIMEOUT", "60"))
OWN_FAILURE = 125
# Of the build under test, "address,undefined" or "thread"; empty where there is none. See unless_sanitized().
SANITIZED = os.environ.get("PYHARNESS_SANITIZE", "")

# What would make a child behave otherwise than the case says.
_FOREIGN = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYHARNESS", "PYHARNESS_PYTHON", "PYHARNESS_SANITIZE", "PYHARNESS_TEST_TIMEOUT",
            "PYHARNESS_TEST_FULL")


def unless_sanitized(reason):
    """For tests that cannot hold under a sanitizer, with the reason. Cases of side_by_side.py have `unsanitized=reason`."""
    return unittest.skipIf(SANITIZED, f"under a sanitizer {reason}")


@dataclasses.dataclass(frozen=True)
class Result:
    """How a command ended. `status` is negative for a signal, as in subprocess."""

    status: int
    stdout: bytes
    stderr: bytes


def environment(changes=None):
    """The environment of a child: ours without everything that steers python, and `changes`; None removes."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON") and k not in _FOREIGN}
    env["XDG_CACHE_HOME"] = os.path.join(os.path.dirname(PYHARNESS), "test-cache")  # not the developer's
    for name, value in (changes or {}).items():
        env.pop(name, None)
        if value is not None:
            env[name] = value
    return env


def start(words, cwd=None, env=None, **popen):
    """A Popen in a session of its own, with pipes; `env` are changes as for environment()."""
    for stream in ("stdin", "stdout", "stderr"):
        popen.setdefault(stream, subprocess.PIPE)
    popen.setdefault("start_new_session", True)
    return subprocess.Popen([os.fspath(w) for w in words], cwd=cwd, env=environment(env), **popen)


def finish(process, stdin=b"", timeout=TIMEOUT):
    """The Result of a process from start(). Everything in its session is killed where it takes too long."""
    try:
        stdout, stderr = process.communicate(stdin, timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        raise AssertionError(f"no end after {timeout} s: {process.args}\n{stdout!r}\n{stderr!r}") from None
    return Result(process.returncode, stdout, stderr)


def run(words, stdin=b"", timeout=TIMEOUT, **options):
    return finish(start(words, **options), stdin, timeout)


def pyharness(*words, **options):
    return run([PYHARNESS, *words], **options)


def run_words(*words, python=PYTHON):
    """The command line of `pyharness run` with the interpreter under test."""
    return [PYHARNESS, "run", "--python", python, *words]


class Link(str):
    """As the content of a file: it is a symbolic link to there."""


@contextlib.contextmanager
def workspace(files=None, prefix="pyharness-test-"):
    """A temporary directory with `files`: {relative path: text, bytes, a path to copy, or a Link}. Yields its real path."""
    root = pathlib.Path(tempfile.mkdtemp(prefix=prefix)).resolve()
    try:
        fill(root, files or {})
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def fill(root, files):
    """Makes `root` anew, with these files and nothing else."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            path.symlink_to(content)
        elif isinstance(content, pathlib.Path):
            if content.is_dir():
                shutil.copytree(content, path, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(content, path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)


def record(root, *words, name="out.json", **options):
    """Runs `pyharness run -q -o NAME words` in `root`; the Result and the recording."""
    result = run(run_words("-q", "-o", f"json:{name}", *words), cwd=root, **options)
    try:
        return result, json.loads((root / name).read_bytes())
    except OSError as error:
        raise AssertionError(f"no recording: {error}\n{result}") from None


def line_hits(recording):
    """{(file, first line of the function, line): hits} of the line section."""
    hits = {}
    for function in recording["sections"]["line"]["functions"]:
        for row in function["lines"]:
            key = (function["file"], function["line"], row["line"])
            hits[key] = hits.get(key, 0) + row["hits"]
    return {key: count for key, count in hits.items() if count}


def hits_of(recording, name):
    """{line: hits} of the function of that qualified name."""
    rows = {}
    for function in recording["sections"]["line"]["functions"]:
        if function["name"] == name:
            for row in function["lines"]:
                rows[row["line"]] = rows.get(row["line"], 0) + row["hits"]
    return rows


def wait_for(condition, what, timeout=20.0):
    """Polls until `condition()` is true; its value."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError(f"waited {timeout} s in vain: {what}")


def children_of(pid):
    """Process ids of the direct children."""
    ids = []
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            ids += [int(word) for word in task.read_text().split()]
    return ids
