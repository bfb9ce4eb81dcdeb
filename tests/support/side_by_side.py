"""Running one command line by python and by pyharness, to see whether anybody could tell the difference.

A case is one line of a table; the tables are cases_*.py beside this file.

    code("name", "print(1)")                        the text as script.py
    line("name", "-m", "package", files={...})      any command line
"""

import dataclasses
import functools
import os
import pathlib
import re
import resource

import harness

VENV = "<venv>"
MONITORED = harness.VERSION >= (3, 12)  # line and profile mode work by sys.monitoring
_CASES = []
_LEFT_OUT = {}


@dataclasses.dataclass(frozen=True, eq=False)
class Case:
    name: str
    words: tuple  # target and arguments; VENV in them is the virtual environment's directory
    files: dict
    options: tuple = ()  # of the interpreter, as one would write them: "-X dev"
    env: dict = dataclasses.field(default_factory=dict)
    stdin: bytes = b""
    closed: tuple = ()  # descriptors closed at the start
    limits: dict = dataclasses.field(default_factory=dict)  # rlimit: soft value
    ignored: tuple = ()  # signals that the parent ignores
    separator: bool = False  # with a -- after the script for pyharness
    venv: str = ""  # the interpreter is this environment's: "option" by --python, "variable" by VIRTUAL_ENV
    venv_options: tuple = ()  # of the module venv, which makes it
    python: str = harness.PYTHON
    needs: str = ""  # skipped where this file is missing
    ours: tuple = ()  # further options of pyharness
    slow: bool = False  # takes seconds
    apart: tuple = ()  # modes where they cannot be equal, as docs/promises.md says

    def prepare(self):
        """In the child, before exec."""
        import signal

        for number in self.ignored:
            signal.signal(number, signal.SIG_IGN)
        for limit, soft in self.limits.items():
            resource.setrlimit(limit, (soft, resource.getrlimit(limit)[1]))
        for descriptor in self.closed:
            os.close(descriptor)


def line(name, *words, files=None, unsanitized="", **options):
    """`unsanitized`: why it cannot hold under a sanitizer."""
    if unsanitized and harness.SANITIZED:
        _LEFT_OUT[name] = unsanitized
    else:
        _CASES.append(Case(name, words, files or {}, **options))


def code(name, text, *arguments, files=None, **options):
    line(name, "script.py", *arguments, files={"script.py": text, **(files or {})}, **options)


def all_cases():
    names = [case.name for case in _CASES]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"two cases of one name: {twice}"
    return list(_CASES)


def left_out():
    """{name: reason} of the cases that cannot hold for this build."""
    return dict(_LEFT_OUT)


@functools.cache
def environment(home, *options):
    """A virtual environment below `home`, made once, with these options of the module venv; its directory. Call it first
    where no other thread does."""
    place = pathlib.Path(home) / "-".join(["venv", *(option.strip("-") for option in options)])
    if not (place / "whole").exists():
        made = harness.run([harness.PYTHON, "-m", "venv", "--clear", "--without-pip", *options, place])
        assert made.status == 0, made
        (place / "whole").touch()
    return str(place)


def files_left(root):
    """{relative path: (content, mode)}; of compiled modules only that they are there."""
    left = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink():
            left[name] = os.readlink(path)
        elif path.is_file():
            left[name] = ("compiled" if path.suffix == ".pyc" else path.read_bytes(), oct(path.stat().st_mode))
        else:
            left[name] = oct(path.stat().st_mode)
    return left


@dataclasses.dataclass(frozen=True)
class Outcome:
    result: harness.Result
    files: dict


class Bench:
    """Runs cases below one temporary directory, each in a directory of its own, made anew for each run."""

    def __init__(self, home):
        self.home = pathlib.Path(home)

    def observe(self, case, mode=None):
        """The Outcome under python, or under pyharness in this mode."""
        env = {"LANG": "C.UTF-8", "LC_ALL": None, **case.env}
        venv = environment(str(self.home), *case.venv_options)
        root = self.home / "case" / case.name
        python = venv + "/bin/python" if case.venv else str(root / case.python)
        if case.venv == "variable":
            env["VIRTUAL_ENV"] = venv
        target = tuple(word.replace(VENV, venv) if isinstance(word, str) else word for word in case.words)
        if mode is None:
            words = [python, *(word for option in case.options for word in option.split()), *target]
        else:
            words = [harness.PYHARNESS, "run", "-q", f"--mode={mode}", *case.ours]
            words += [] if case.venv == "variable" else ["--python", python]
            for option in case.options:
                words += ["--python-option", option]
            words += target[:1] + ("--",) + target[1:] if case.separator else target
        prepare = case.prepare if case.closed or case.limits or case.ignored else None

        def run():
            harness.fill(root, case.files)
            return harness.run(words, cwd=root, env=env, stdin=case.stdin, preexec_fn=prepare)

        try:
            result = run()
        except AssertionError:
            # It hangs. Plain python does too, once in some thousand runs of concurrent.futures with forkserver (seen in
            # 3.11.2): what hangs twice does not do so by chance.
            result = run()
        return Outcome(result, files_left(root))


RANDOM = (  # what differs from run to run, and what is compared instead
    (re.compile(rb"\b0x[0-9a-f]{8,16}\b"), b"0x..."),  # where an object lies, in its repr
    (re.compile(rb"\(pid=\d+\)"), b"(pid=...)"),  # the process, in the warning of 3.12's os.fork()
    (re.compile(rb"/psm_[0-9a-f]{8}"), b"/psm_..."),  # shared memory, in the resource tracker's warning
)


def without_addresses(text):
    for pattern, instead in RANDOM:
        text = pattern.sub(instead, text)
    return text


def without_addresses_in_file(file):
    return (without_addresses(file[0]), file[1]) if isinstance(file, tuple) and isinstance(file[0], bytes) else file


def difference(expected, seen):
    """What one could see, as text; empty where there is nothing."""
    parts = []
    if expected.result.status != seen.result.status:
        parts.append(f"status {seen.result.status}, not {expected.result.status}")
    for stream in ("stdout", "stderr"):
        want, got = (without_addresses(getattr(o.result, stream)) for o in (expected, seen))
        if want != got:
            parts.append(f"{stream}:\n  python:    {want!r}\n  pyharness: {got!r}")
    for name in sorted(expected.files.keys() | seen.files.keys()):
        want, got = (without_addresses_in_file(o.files.get(name)) for o in (expected, seen))
        if want != got:
            parts.append(f"file {name}:\n  python:    {want!r}\n  pyharness: {got!r}")
    return "\n".join(parts)
