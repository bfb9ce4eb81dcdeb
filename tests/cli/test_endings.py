"""However the program ends, there is a report: it says how, and holds everything up to then, what was open included.

What outlives even pyharness, --keep, is in test_keep.py; signals from outside are in test_signals.py.
"""

import contextlib
import os
import pathlib
import resource
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

# What had finished, what holds memory, and the ending as one line of a function that is open then.
PROGRAM = """\
import atexit, ctypes, os, resource, signal, sys, threading, time
def finished(n):
    return n + 1
def ending():
    {}
for i in range(5):
    finished(i)
kept = bytearray(300_000)
ending()
"""
ENDING, KEPT, CALL = 5, 8, 9  # lines
LIBC = "ctypes.CDLL(None)"
MODES = ("line,alloc", "profile")  # what can run together does: a run costs a tenth of a second

# name: (code, the exit status, negative for a signal)
ENDINGS = {
    "normal end": ("pass", 0),
    "exception": ("1 / 0", 1),
    "sys.exit with a number": ("sys.exit(7)", 7),
    "sys.exit with text": ("sys.exit('text')", 1),
    "Ctrl-C": ("os.kill(os.getpid(), signal.SIGINT); time.sleep(30)", -signal.SIGINT),
    "SIGTERM": ("os.kill(os.getpid(), signal.SIGTERM); time.sleep(30)", -signal.SIGTERM),
    "SIGKILL": ("os.kill(os.getpid(), signal.SIGKILL); time.sleep(30)", -signal.SIGKILL),
    "os._exit": ("os._exit(3)", 3),
    "os._exit in another thread": ("threading.Thread(target=os._exit, args=(6,)).start(); time.sleep(30)", 6),
    "os._exit in atexit": ("atexit.register(os._exit, 5)", 5),
    "sys.exit in atexit": ("atexit.register(sys.exit, 5)", 0),
    "another program in its place": ("os.execv('/bin/sh', ['sh', '-c', 'exit 4'])", 4),
    "another program, which is killed": ("os.execv('/bin/sh', ['sh', '-c', 'kill -9 $$'])", -signal.SIGKILL),
    "segmentation fault in an extension": ("ctypes.string_at(0)", -signal.SIGSEGV),
    "abort in an extension": (f"{LIBC}.abort()", -signal.SIGABRT),
    "stack overflow in an extension": (f"{LIBC}.regcomp(ctypes.create_string_buffer(999), b'(' * 1_000_000, 1)", -signal.SIGSEGV),
    "fatal Python error": ("ctypes.pythonapi.Py_FatalError(b'fatal')", -signal.SIGABRT),
    "memory limit": ("resource.setrlimit(resource.RLIMIT_AS, (int(open('/proc/self/statm').read().split()[0]) * 4096 + (64 << 20),) * 2); bytearray(1 << 30)", 1),
    "daemon threads that run on": ("threading.Thread(target=lambda: [time.sleep(0.001) for _ in iter(int, 1)], daemon=True).start()", 0),
    "all descriptors closed": ("os.closerange(0, 256)", 0),
    "directory removed": ("os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')", 0),
}
ROOT_ENDINGS = {
    "another user": ("os.setgroups([]); os.setgid(65534); os.setuid(65534)", 0),
    "another user, then killed": ("os.setgid(65534); os.setuid(65534); os.kill(os.getpid(), 9); time.sleep(30)", -signal.SIGKILL),
    "another root directory": ("os.mkdir('jail'); os.chroot('jail'); os.chdir('/')", 0),
}


def no_core():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def only(rows, **values):
    """The one row with these values."""
    found = [row for row in rows if all(row[name] == value for name, value in values.items())]
    assert len(found) == 1, (values, rows)
    return found[0]


@contextlib.contextmanager
def memory_group(limit):
    """A memory cgroup below that of this process, for `limit` bytes: the file that takes process ids."""
    lines = pathlib.Path("/proc/self/cgroup").read_text().splitlines()
    own = {names: path for _, names, path in (line.split(":", 2) for line in lines)}
    name = f"pyharness-test-{os.getpid()}"
    if "memory" in own:
        group, knob = pathlib.Path("/sys/fs/cgroup/memory" + own["memory"]) / name, "memory.limit_in_bytes"
    else:
        group, knob = pathlib.Path("/sys/fs/cgroup" + own.get("", "/")) / name, "memory.max"
    try:
        group.mkdir()
    except OSError as error:
        raise unittest.SkipTest(f"no cgroup can be made here: {error}") from None
    try:
        (group / knob).write_text(str(limit))
        yield group / "cgroup.procs"
    except OSError as error:
        raise unittest.SkipTest(f"no memory limit for a cgroup here: {error}") from None
    finally:
        harness.wait_for(lambda: not (group / "cgroup.procs").read_text(), "the end of the group")
        group.rmdir()


class Endings(unittest.TestCase):
    def check(self, code, status, mode, preexec_fn=no_core):
        with harness.workspace({"script.py": PROGRAM.format(code)}) as root:
            os.chmod(root, 0o755)
            result, recording = harness.record(root, f"--mode={mode}", "script.py", preexec_fn=preexec_fn)
            self.assertEqual(result.status, status, result)
            run = recording["run"]
            self.assertEqual((run.get("exit_status"), run.get("signal")), (None, -status) if status < 0 else (status, None))
            self.assertNotIn("ending_unknown", run)
            self.assertEqual(run["losses"], {})
            self.holds_everything(recording)
            return recording

    def holds_everything(self, recording):
        sections = recording["sections"]
        if "line" in sections:
            self.assertEqual(harness.hits_of(recording, "finished"), {3: 5})
            self.assertGreaterEqual(harness.hits_of(recording, "ending")[ENDING], 1)
            module = harness.hits_of(recording, "<module>")
            self.assertEqual({line: module[line] for line in (1, 6, 7, KEPT, CALL)}, {1: 1, 6: 6, 7: 5, KEPT: 1, CALL: 1})
            function = only(sections["line"]["functions"], name="<module>")
            open_line = only(function["lines"], line=CALL)
            inner = only(sections["line"]["functions"], name="ending")
            self.assertGreater(inner["total_ns"], 0)
            self.assertGreaterEqual(open_line["time_ns"], inner["total_ns"])
            self.assertGreaterEqual(function["total_ns"], open_line["time_ns"])
        if "profile" in sections:
            functions = {f["name"]: f for f in sections["profile"]["functions"] if f["file"].endswith("script.py")}
            self.assertEqual((functions["finished"]["calls"], functions["ending"]["calls"], functions["<module>"]["calls"]), (5, 1, 1))
            self.assertGreater(functions["ending"]["cumulative_ns"], 0)
            self.assertGreaterEqual(functions["<module>"]["cumulative_ns"], functions["ending"]["cumulative_ns"])
        if "alloc" in sections:
            site = only((s for s in sections["alloc"]["sites"] if s["file"].endswith("script.py")), line=KEPT)
            self.assertGreaterEqual(site["total_bytes"], 300_000)
            self.assertGreaterEqual(site["peak_bytes"], 300_000)

    def test_every_ending(self):
        for name, (code, status) in ENDINGS.items():
            for mode in MODES:
                with self.subTest(ending=name, mode=mode):
                    self.check(code, status, mode)

    @unittest.skipUnless(os.geteuid() == 0, "only root may become somebody else")
    def test_endings_of_root(self):
        for name, (code, status) in ROOT_ENDINGS.items():
            for mode in MODES:
                with self.subTest(ending=name, mode=mode):
                    self.check(code, status, mode)

    def test_limit_of_processor_time(self):
        self.check("resource.setrlimit(resource.RLIMIT_CPU, (1, 2)); any(iter(int, 1))", -signal.SIGXCPU, "line,alloc")

    def test_killed_for_want_of_memory(self):
        def enter(procs):
            no_core()
            procs.write_text(str(os.getpid()))

        for mode in MODES:
            with self.subTest(mode=mode), memory_group(96 << 20) as procs:
                code = "[b'x' * (1 << 20) for _ in iter(int, 1)]"
                recording = self.check(code, -signal.SIGKILL, mode, preexec_fn=lambda procs=procs: enter(procs))
                if "alloc" in recording["sections"]:
                    self.assertGreater(recording["sections"]["alloc"]["live_bytes"], 32 << 20)

    def test_open_calls_and_lines_run_until_the_end(self):
        for mode in MODES:
            with self.subTest(mode=mode):
                recording = self.check("time.sleep(0.2); os.kill(os.getpid(), 9); time.sleep(30)", -signal.SIGKILL, mode)
                if mode == "profile":
                    time_ns = only(recording["sections"]["profile"]["functions"], name="ending")["cumulative_ns"]
                else:
                    time_ns = only(recording["sections"]["line"]["functions"], name="ending")["total_ns"]
                self.assertGreaterEqual(time_ns, 200_000_000)
                self.assertLessEqual(time_ns, recording["run"]["wall_ns"])


if __name__ == "__main__":
    unittest.main()
