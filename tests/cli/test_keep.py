"""What outlives pyharness itself, `run --keep`, and what is seen while the program runs, `snapshot` and `report` of a kept file."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

MODES = ("line,alloc", "profile")  # what can run together does

# Waits in an open line, and open calls, for the file "stop", and says its process id and a child's when it is there.
PROGRAM = """\
import os, subprocess, sys, time
def finished(n):
    return n + 1
def waiting():
    print(os.getpid(), child.pid, flush=True)
    while not os.path.exists("stop"):
        time.sleep(0.01)
for i in range(5):
    finished(i)
kept = bytearray(300_000)
child = subprocess.Popen(["sleep", "60"], stdin=-3, stdout=-3, stderr=-3)
waiting()
child.kill()
child.wait()
print("done")
"""
# Hits of the module's lines while it waits.
LINES = {1: 1, 8: 6, 9: 5, 10: 1, 11: 1, 12: 1}


class Run:
    """PROGRAM under pyharness in a workspace: `process`, `program`, `child` and `root`."""

    def __init__(self, root, *options):
        self.root = root
        self.process = harness.start(harness.run_words("-q", *options, "script.py"), cwd=root)
        self.program, self.child = map(int, self.process.stdout.readline().split())

    def stop(self):
        (self.root / "stop").touch()
        return harness.finish(self.process)

    def kill_everything(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        return harness.finish(self.process)


@contextlib.contextmanager
def running(*options):
    with harness.workspace({"script.py": PROGRAM}) as root:
        run = Run(root, *options)
        try:
            yield run
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(run.process.pid, signal.SIGKILL)
            if run.process.returncode is None:
                harness.finish(run.process)


def as_json(test, *words, **options):
    result = harness.pyharness(*words, "-o", "json:-", **options)
    test.assertEqual((result.status, result.stderr), (0, b""), result)
    return json.loads(result.stdout)


def holds_everything(test, recording):
    """What had finished, exactly, and what was open."""
    sections = recording["sections"]
    if "line" in sections:
        test.assertEqual(harness.hits_of(recording, "finished"), {3: 5})
        test.assertGreaterEqual(harness.hits_of(recording, "waiting")[5], 1)
        module = harness.hits_of(recording, "<module>")
        test.assertEqual({line: module[line] for line in LINES}, LINES)
        test.assertNotIn(13, module)
        times = {f["name"]: f["total_ns"] for f in sections["line"]["functions"]}
        test.assertGreaterEqual(times["<module>"], times["waiting"])
    if "profile" in sections:
        functions = {f["name"]: f for f in sections["profile"]["functions"] if f["file"].endswith("script.py")}
        test.assertEqual((functions["finished"]["calls"], functions["waiting"]["calls"]), (5, 1))
    if "alloc" in sections:
        (site,) = (s for s in sections["alloc"]["sites"] if s["file"].endswith("script.py") and s["line"] == 10)
        test.assertGreaterEqual(site["live_bytes"], 300_000)


class Keep(unittest.TestCase):
    def test_all_killed_at_once(self):
        for mode in MODES:
            with self.subTest(mode=mode), running(f"--mode={mode}", "--keep", "kept") as run:
                run.kill_everything()
                harness.wait_for(lambda run=run: not pathlib.Path(f"/proc/{run.program}").exists(), "the program's end")
                recording = as_json(self, "report", "kept", cwd=run.root)
                holds_everything(self, recording)
                self.assertIs(recording["run"]["ending_unknown"], True)
                self.assertNotIn("exit_status", recording["run"])
                self.assertNotIn("signal", recording["run"])
                text = harness.pyharness("report", "kept", cwd=run.root).stdout.decode()
                self.assertIn("neither exit status nor signal: pyharness itself was killed", text)
                self.assertEqual(sorted(p.name for p in run.root.iterdir()), ["kept", "script.py"])

    def test_the_program_kills_its_group(self):
        program = "import os, time\ndef f():\n    os.kill(0, 9); time.sleep(30)\nfor i in range(3): x = i\nf()\n"
        with harness.workspace({"script.py": program}) as root:
            result = harness.run(harness.run_words("--mode=line", "--keep", "kept", "script.py"), cwd=root)
            self.assertEqual((result.status, result.stderr), (-signal.SIGKILL, b""))
            recording = as_json(self, "report", "kept", cwd=root)
            self.assertEqual(harness.hits_of(recording, "<module>"), {1: 1, 2: 1, 4: 4, 5: 1})
            self.assertEqual(harness.hits_of(recording, "f"), {3: 1})

    def test_a_normal_end_reads_as_the_run_was_reported(self):
        for mode in ("none", *MODES):
            with self.subTest(mode=mode), harness.workspace({"script.py": "def f(): return [1] * 1000\nf()\nraise SystemExit(3)\n"}) as root:
                result, recording = harness.record(root, f"--mode={mode}", "--keep", "kept", "script.py")
                self.assertEqual((result.status, result.stderr), (3, b""))
                self.assertEqual(as_json(self, "report", "kept", cwd=root), recording)
                self.assertLess((root / "kept").stat().st_size, 64 << 20)

    def test_it_is_said_where_it_is_and_merges_with_others(self):
        with harness.workspace({"script.py": "def f(): pass\nf()\n"}) as root:
            harness.record(root, "--mode=line", "script.py")
            for _ in range(2):  # the second one replaces the first
                result = harness.run(harness.run_words("--mode=line", "--keep", "kept", "script.py"), cwd=root)
                self.assertTrue(result.stderr.endswith(b"pyharness: the recording is kept: pyharness report kept\n"), result)
            merged = as_json(self, "report", "kept", "out.json", cwd=root)
            self.assertEqual(harness.hits_of(merged, "<module>"), {1: 2, 2: 2})

    def test_a_running_one_is_reported_as_of_now(self):
        with running("--mode=line,alloc", "--keep", "kept") as run:
            recording = as_json(self, "report", "kept", cwd=run.root)
            holds_everything(self, recording)
            self.assertFalse({"exit_status", "signal", "ending_unknown"} & set(recording["run"]))
            second = harness.run(harness.run_words("--keep", "kept", "script.py"), cwd=run.root)
            self.assertEqual(second.status, harness.OWN_FAILURE)
            self.assertIn(b"another pyharness is writing there", second.stderr)
            self.assertEqual(run.stop().status, 0)
            self.assertEqual(as_json(self, "report", "kept", cwd=run.root)["run"]["exit_status"], 0)

    def test_only_pyharness_is_killed(self):
        with running("--mode=line", "--keep", "kept") as run:
            run.process.kill()
            harness.finish(run.process)
            harness.wait_for(lambda: not pathlib.Path(f"/proc/{run.program}").exists(), "the program's end")
            recording = as_json(self, "report", "kept", cwd=run.root)
            holds_everything(self, recording)
            self.assertIs(recording["run"]["ending_unknown"], True)

    def test_refused_before_the_program_starts(self):
        with harness.workspace({"script.py": "print('ran')\n", "old.json": "{}", "link": harness.Link("nowhere")}) as root:
            for words, says in {("--keep", "script.py"): "something else", ("--keep", "old.json"): "something else",
                                ("--keep", "no/kept"): "No such file", ("--keep", "."): "something else",
                                ("--keep", "link"): "symbolic link", ("--keep", ""): "names no file",
                                ("--keep", "kept", "--repeat=2"): "one run", ("--keep", "kept", "--warmup=1"): "one run",
                                ("--keep", "a.json", "-o", "a.json"): "both go to a.json"}.items():
                result = harness.run(harness.run_words(*words, "script.py"), cwd=root)
                self.assertEqual((result.status, result.stdout, result.stderr.count(b"\n")), (harness.OWN_FAILURE, b"", 1), result)
                self.assertIn(says, result.stderr.decode())
            self.assertEqual(sorted(p.name for p in root.iterdir()), ["link", "old.json", "script.py"])

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("unshare"), "only root may mount a small file system")
    def test_a_full_file_system_is_counted_and_harms_nobody(self):
        # Room for the first tables, not for two thousand functions.
        program = "for i in range(2000):\n    exec(f'def f{i}(): pass\\nf{i}()')\nprint('ran')\n"
        with harness.workspace({"script.py": program}) as root:
            (root / "disk").mkdir()
            run = " ".join(harness.run_words("-q", "--mode=profile", "--keep", "disk/kept", "-o", "out.json", "script.py"))
            mount = ["unshare", "-m", "sh", "-c", f"mount -t tmpfs -o size=$SIZE none disk || exit 77; {run}"]
            result = harness.run(mount, cwd=root, env={"SIZE": "96k"})
            if result.status == 77:
                self.skipTest(f"nothing can be mounted here: {result.stderr.decode()}")
            self.assertEqual((result.status, result.stdout, result.stderr), (0, b"ran\n", b""))
            losses = json.loads((root / "out.json").read_bytes())["run"]["losses"]
            self.assertGreater(losses["arena_bytes_refused"], 0)
            self.assertGreater(losses["not_recorded_arena_full"], 0)
            # Not even room for the beginning.
            result = harness.run(mount, cwd=root, env={"SIZE": "4k"})
            self.assertEqual((result.status, result.stdout), (harness.OWN_FAILURE, b""), result)


class Snapshot(unittest.TestCase):
    def test_of_each_of_its_processes(self):
        for mode in MODES:
            with self.subTest(mode=mode), running(f"--mode={mode}") as run:
                before = 0
                for pid in (run.process.pid, run.program, run.child):
                    recording = as_json(self, "snapshot", str(pid))
                    holds_everything(self, recording)
                    self.assertFalse({"exit_status", "signal", "ending_unknown"} & set(recording["run"]))
                    self.assertGreater(recording["run"]["wall_ns"], before)
                    self.assertGreater(recording["run"]["peak_rss_bytes"], 1 << 20)
                    before = recording["run"]["wall_ns"]
                text = harness.pyharness("snapshot", str(run.program))
                self.assertEqual((text.status, text.stderr), (0, b""))
                self.assertRegex(text.stdout.decode(), r"The program is still running, .* so far\.")
                result = run.stop()
                self.assertEqual((result.status, result.stdout, result.stderr), (0, b"done\n", b""))

    def test_files_are_written_as_report_writes_them(self):
        with running("--mode=line") as run:
            result = harness.pyharness("snapshot", str(run.program), "-o", "a.json", "-o", "a.txt", cwd=run.root)
            self.assertEqual((result.status, result.stdout, result.stderr), (0, b"", b""))
            self.assertEqual(sorted(p.name for p in run.root.iterdir()), ["a.json", "a.txt", "script.py"])
            refused = harness.pyharness("snapshot", str(run.program), "-o", "a.pstats", cwd=run.root)
            self.assertEqual(refused.status, harness.OWN_FAILURE)
            self.assertIn(b"pstats", refused.stderr)

    def test_of_a_program_that_does_not_stand_still(self):
        program = "import os, sys\nprint(os.getpid(), flush=True)\ndef g(n):\n    return n\ndef f():\n    for i in range(100):\n        g(i)\nwhile not os.path.exists('stop'):\n    f()\n"
        for mode in MODES:
            with self.subTest(mode=mode), harness.workspace({"script.py": program}) as root:
                process = harness.start(harness.run_words("-q", f"--mode={mode}", "-o", "out.json", "script.py"), cwd=root)
                pid = process.stdout.readline().decode().strip()
                seen = [as_json(self, "snapshot", pid) for _ in range(5)]
                (root / "stop").touch()
                self.assertEqual(harness.finish(process).status, 0)
                seen.append(json.loads((root / "out.json").read_bytes()))
                counts = []
                for recording in seen:
                    if mode == "profile":
                        calls = {f["name"]: f["calls"] for f in recording["sections"]["profile"]["functions"]}
                        counts.append(calls.get("g", 0))
                    else:
                        counts.append(harness.hits_of(recording, "g").get(4, 0))
                # A call that returns while the arena is copied may be counted twice.
                for earlier, later in zip(counts, counts[1:]):
                    self.assertLessEqual(earlier, later + 1)
                self.assertLess(counts[0], counts[-1])

    def refused(self, status, *says):
        self.assertEqual((status.status, status.stdout, status.stderr.count(b"\n")), (harness.OWN_FAILURE, b"", 1), status)
        for word in says:
            self.assertIn(word, status.stderr.decode())

    def test_refused(self):
        gone = subprocess.Popen(["true"])
        gone.wait()
        self.refused(harness.pyharness("snapshot", str(gone.pid)), "there is no process")
        self.refused(harness.pyharness("snapshot", str(os.getpid())), "is not run by pyharness")
        self.refused(harness.pyharness("snapshot"), "pyharness snapshot PID")
        self.refused(harness.pyharness("snapshot", "script.py"), "pid")
        self.refused(harness.pyharness("snapshot", "-1"), "-1")
        self.refused(harness.pyharness("snapshot", "1", "--mode=line"), "--mode")

    @unittest.skipUnless(os.geteuid() == 0, "only root may become somebody else")
    def test_of_somebody_elses(self):
        with running("--mode=line") as run:
            try:
                for pid in (run.process.pid, run.program):
                    self.refused(harness.pyharness("snapshot", str(pid), user=65534, group=65534, extra_groups=[]), "belongs to somebody else")
            except PermissionError:
                self.skipTest("nobody may not reach the executable")
            self.assertEqual(run.stop().status, 0)


if __name__ == "__main__":
    unittest.main()
