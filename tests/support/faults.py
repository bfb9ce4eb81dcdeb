"""Surroundings that fail: a full disk, refused system calls, tight limits, no /proc, another user.

What needs rights that are not there says so by unittest.SkipTest.
"""

import ctypes
import functools
import json
import os
import platform
import resource
import shlex
import shutil
import struct
import subprocess
import unittest

import harness

PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
NOBODY = 65534
_NO_SETUP = 99  # a status that is nobody's
UNLIMITED = resource.RLIM_INFINITY

# Numbers of system calls; from 424 on they are the same everywhere.
_MODERN = {"pidfd_send_signal": 424, "pidfd_open": 434, "close_range": 436, "process_madvise": 440}
_CALLS = {
    "x86_64": {"madvise": 28, "getrandom": 318, "memfd_create": 319, "mlock": 149, "prctl": 157, "ptrace": 101, "linkat": 265,
               "process_vm_readv": 310, "fallocate": 285, "perf_event_open": 298, "mlockall": 151, **_MODERN},
    "aarch64": {"madvise": 233, "getrandom": 278, "memfd_create": 279, "mlock": 228, "prctl": 167, "ptrace": 117, "linkat": 37,
                "process_vm_readv": 270, "fallocate": 47, "perf_event_open": 241, "mlockall": 230, **_MODERN},
}  # fmt: skip


def refuse(calls):
    """A preexec_fn that makes system calls fail, in the child and all that it starts: {name: errno}."""
    numbers = _CALLS.get(platform.machine())
    if numbers is None:
        raise unittest.SkipTest(f"the numbers of system calls on {platform.machine()} are not known")
    # Classic BPF: load the number; for each, jump to its answer or on; allow.
    program = [(0x20, 0, 0, 0)]
    for name, error in calls.items():
        program += [(0x15, 0, 1, numbers[name]), (0x06, 0, 0, 0x00050000 | error)]
    program.append((0x06, 0, 0, 0x7FFF0000))
    code = b"".join(struct.pack("=HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    descriptor = struct.pack("@HP", len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)

    def install(kept=buffer):
        if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, descriptor, 0, 0):
            raise OSError(ctypes.get_errno(), "seccomp")

    return install


def limited(hard=None, **limits):
    """A preexec_fn that sets limits: NOFILE=10. Where no other is named, the hard ones are the same."""

    def limit():
        for name, value in limits.items():
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value if hard is None else hard))

    return limit


@functools.cache
def _can(*words):
    """Whether a command runs well here."""
    return shutil.which(words[0]) is not None and subprocess.run(words, capture_output=True, timeout=60).returncode == 0


def _mounting():
    """The words that start a command where it may mount, unseen by anybody else."""
    for words in (["unshare", "--mount"], ["unshare", "--mount", "--map-root-user"]):
        if _can(*words, "mount", "-t", "tmpfs", "tmpfs", "/mnt"):
            return words
    raise unittest.SkipTest("no file system can be mounted here")


def with_mounts(setup, words, then="", **options):
    """Runs `words` after the shell commands `setup`, mounts among them, and the shell commands `then` after it, which see
    the same mounts. All mounts are gone at the end. The Result."""
    command = " ".join(shlex.quote(os.fspath(word)) for word in words)
    script = f"{setup} || exit {_NO_SETUP}\n{command}\nstatus=$?\n{then or ':'}\nexit $status\n"
    result = harness.run([*_mounting(), "sh", "-c", script], **options)
    if result.status == _NO_SETUP:
        raise unittest.SkipTest(f"not to be had here: {setup}: {result.stderr.decode()}")
    return result


def small_disk(directory, kilobytes=64, options="rw"):
    """A shell command that mounts a file system of this size over `directory`; for with_mounts()."""
    return f"mount -t tmpfs -o size={kilobytes}k,mode=777,{options} tmpfs {shlex.quote(os.fspath(directory))}"


def unprivileged():
    """Options for harness.run() that make the child another user, of no rights."""
    if os.geteuid() != 0:
        return {}
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    if not (_can(*become, harness.PYHARNESS, "--version") and _can(*become, harness.PYTHON, "-c", "")):
        raise unittest.SkipTest("pyharness or the interpreter is where no other user may run it")
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


@functools.cache
def is_default():
    """Whether the interpreter under test is the one that is built in: what hangs on none is tested with it only."""
    (line,) = [s for s in harness.pyharness("list").stdout.decode().splitlines() if "(the built-in default)" in s]
    return os.path.realpath(line.split()[1]) == os.path.realpath(harness.PYTHON)


PROGRAM = "def f(x):\n    return x + 1\nfor i in range(100): f(i)\nprint('ran')\n"
FAILS_TOO = PROGRAM + "raise SystemExit(3)\n"
FORMATS = {"json": "a.json", "json.gz": "a.json.gz", "pstats": "a.pstats", "text": "a.txt"}


def words(*more):
    return harness.run_words("-q", "--mode=profile,timer", *more)


def outputs(directory):
    return [f"--output={directory}/{name}" for name in FORMATS.values()]


class Case(unittest.TestCase):
    """In a directory with two programs, script.py and fails.py."""

    def setUp(self):
        self.root = self.enterContext(harness.workspace({"script.py": PROGRAM, "fails.py": FAILS_TOO}))
        self.root.chmod(0o755)

    def enterContext(self, context):  # as 3.11's
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def says(self, result, *sentences, status=harness.OWN_FAILURE, stdout=b"ran\n"):
        """These sentences of ours are all that is on stderr, one line each, in this order."""
        self.assertEqual((result.status, result.stdout), (status, stdout), result)
        lines = result.stderr.decode().splitlines()
        self.assertEqual(len(lines), len(sentences), result.stderr)
        for line, parts in zip(lines, sentences):
            self.assertRegex(line, r"\Apyharness: .*(\.|Use: [^.]+)\Z")
            self.assertTrue(line.isprintable(), line)
            for part in (parts,) if isinstance(parts, str) else parts:
                self.assertIn(part, line)

    def refused(self, result, *parts):
        """Before the program ran."""
        self.says(result, parts, stdout=b"")

    def is_whole(self, path, text=None):
        recording = json.loads(text or path.read_bytes())
        self.assertEqual(recording["run"].get("exit_status"), 0 if recording["run"]["target"] == "script.py" else 3)
        self.assertIn("f", {f["name"] for f in recording["sections"]["profile"]["functions"]})

    def left(self, directory=None):
        return sorted(p.name for p in (directory or self.root).iterdir())
