"""Repetitions: in turns with another program or interpreter, until the median is known, as forks of one process."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

LOG = "open('log', 'a').write('{}')\n"
CALLS = "def f():\n    return 1\nf()\n"


def runs(recording):
    return len(recording["sections"]["timer"]["runs"])


class Against(unittest.TestCase):
    FILES = {"a.py": LOG.format("a") + CALLS, "b.py": LOG.format("b") + CALLS + "f()\n"}

    def test_in_turns(self):
        with harness.workspace(self.FILES) as root:
            words = ["--repeat=3", "--warmup=1", "--mode=profile", "--against=b.py", "--against-output=b.json", "a.py"]
            result, recording = harness.record(root, *words)
            self.assertEqual(result.status, 0, result)
            # Each goes first in every second round.
            self.assertEqual((root / "log").read_text(), "abbaabba")
            other = json.loads((root / "b.json").read_bytes())
            self.assertEqual([(r["run"]["target"], runs(r)) for r in (recording, other)], [("a.py", 3), ("b.py", 3)])
            calls = [[f["calls"] for f in r["sections"]["profile"]["functions"] if f["name"] == "f"] for r in (recording, other)]
            self.assertEqual(calls, [[3], [6]])

    def test_text_of_both_and_what_differs(self):
        with harness.workspace(self.FILES) as root:
            words = ["--repeat=2", "--mode=profile", "--against=b.py", "a.py"]
            text = harness.pyharness("run", *words, cwd=root).stderr.decode()
            other, target, change = (text.index(part) for part in ("profile: b.py", "profile: a.py", "\nBASE --against: b.py"))
            self.assertTrue(other < target < change, text)
            self.assertRegex(text[change:], r"-50\.0 % +2 +1 +profile\.calls +f \(a\.py:2\)")
            self.assertEqual(harness.pyharness("run", "-q", *words, cwd=root).stderr, b"")

    def test_ten_rounds_and_the_same_kind_of_program(self):
        with harness.workspace() as root:
            result, recording = harness.record(root, "--against", LOG.format("b"), "-c", LOG.format("a"))
            self.assertEqual((result.status, runs(recording)), (0, 10))
            self.assertEqual((root / "log").read_text(), "abba" * 5)

    def test_another_python(self):
        with harness.workspace({"a.py": "import sys; open('log', 'a').write(sys.executable + '\\n')", "env": harness.Link("gone")}) as root:
            (root / "env").unlink()
            harness.run([harness.PYTHON, "-m", "venv", "--without-pip", "env"], cwd=root)
            other = root / "env" / "bin" / "python"
            result, _ = harness.record(root, "--repeat=1", "--against-python", other, "a.py")
            self.assertEqual((result.status, result.stderr), (0, b""))
            self.assertEqual([os.path.realpath(line) for line in (root / "log").read_text().split()], [os.path.realpath(harness.PYTHON)] * 2)
            self.assertIn(str(other), (root / "log").read_text())

    def test_whoever_fails_ends_it(self):
        failing = LOG.format("b") + "raise SystemExit(7 if open('log').read() == 'abb' else 0)"
        with harness.workspace({**self.FILES, "b.py": failing}) as root:
            result, recording = harness.record(root, "--repeat=5", "--against=b.py", "a.py")
            self.assertEqual((result.status, (root / "log").read_text(), runs(recording)), (7, "abb", 1))

    def test_one_that_failed_is_in_no_figure_and_not_compared(self):
        script = "import time\nif len(open('log', 'a+').read()) == 0: pass\n" + LOG.format("r") + (
            "if len(open('log').read()) == 3: raise SystemExit(3)\ntime.sleep(0.1)\n")
        with harness.workspace({"a.py": script, **self.FILES, "b.py": LOG.format("r") + "raise SystemExit(2)"}) as root:
            (root / "a.py").write_text(script)
            result, recording = harness.record(root, "--repeat=5", "a.py")
            timer = recording["sections"]["timer"]
            self.assertEqual((result.status, [r.get("failed", False) for r in timer["runs"]]), (3, [False, False, True]))
            self.assertGreater(timer["min_ns"], 90_000_000)
            text = harness.pyharness("report", "out.json", cwd=root).stdout.decode()
            self.assertIn("best of 2 runs", text)
            self.assertIn("Stopped after run 3 of 5, which failed", text)
            for warmup in ("0", "1"):
                result = harness.pyharness("run", "--warmup", warmup, "--repeat=2", "--against=b.py", "a.py", cwd=root)
                self.assertEqual(result.status, 2)
                self.assertIn(b"timer: b.py", result.stderr)
                self.assertNotIn(b"BASE", result.stderr)

    def test_the_interval_of_the_median_and_some_of_the_runs(self):
        with harness.workspace(self.FILES) as root:
            words = ["run", "--repeat=22", "a.py"]
            text = harness.pyharness(*words, cwd=root).stderr.decode()
            self.assertRegex(text, r"median \S+ \S+ \(95 % sure: .* to .*\)")
            self.assertRegex(text, r"run 20 .*\nand 2 more runs; --top=0 shows all\.")
            self.assertIn("run 22 ", harness.pyharness(*words[:1], "--top=0", *words[1:], cwd=root).stderr.decode())

    def test_refused(self):
        with harness.workspace(self.FILES) as root:
            for words, says in ((("--mode=none", "--against=b.py", "a.py"), "nothing to compare"),
                                (("--isolate=fork", "--verify", "--repeat=2", "a.py"), "--verify"), (("--against-output=x.json", "a.py"), "--against-output"), (("--against=b.py", "-"), "stdin"),
                                (("--against=b.py", "--keep=k", "a.py"), "--keep"), (("--until=5", "a.py"), "5"), (("--until=x%", "a.py"), "x%"),
                                (("--until=0%", "a.py"), "0%"), (("--isolate=no", "a.py"), "--isolate"), (("--isolate=fork", "--mode=none", "a.py"), "fork"),
                                (("-o", "a.json", "--against=b.py", "--against-output=a.json", "a.py"), "two reports")):
                with self.subTest(words):
                    result = harness.pyharness("run", *words, cwd=root)
                    self.assertEqual((result.status, result.stdout), (harness.OWN_FAILURE, b""))
                    self.assertIn(says, result.stderr.decode())
            self.assertFalse((root / "log").exists())


class Until(unittest.TestCase):
    def test_it_stops_when_the_median_is_known(self):
        with harness.workspace({"a.py": "import time; time.sleep(0.02)"}) as root:
            _, recording = harness.record(root, "--until=90%", "a.py")
            self.assertLess(runs(recording), 100)
            self.assertGreaterEqual(runs(recording), 6)  # fewer say nothing with 95 % confidence
            self.assertRegex(recording["run"]["notes"][-1], r"^After \d+ runs the median is known to within [\d.]+ %\.$")

    def test_it_says_where_that_was_not_reached(self):
        with harness.workspace({"a.py": ""}) as root:
            _, recording = harness.record(root, "--until=0.00001%", "--repeat=3", "a.py")
            self.assertEqual(runs(recording), 3)
            self.assertEqual(recording["run"]["notes"][-1], "--until 1e-05 % was not reached: 3 runs are too few to know the median.")


class Forks(unittest.TestCase):
    FILES = {"part.py": LOG.format("i"), "pack/__init__.py": "", "pack/inner.py": LOG.format("j"),
             "pack/__main__.py": "from . import inner\n" + LOG.format("r")}
    SCRIPT = '"""Text."""\nimport os\nimport part\n' + LOG.format("r") + CALLS

    def test_imports_happen_once_and_all_else_each_time(self):
        for mode in ("timer", "line", "profile", "alloc"):
            with self.subTest(mode), harness.workspace({**self.FILES, "a.py": self.SCRIPT}) as root:
                result, recording = harness.record(root, "--isolate=fork", "--repeat=3", "--warmup=1", f"--mode={mode}", "a.py")
                self.assertEqual((result.status, result.stderr), (0, b""))
                self.assertEqual((root / "log").read_text(), "irrrr")
                self.assertEqual((runs(recording), len(recording["run"]["processes"]), recording["run"]["losses"]), (3, 3, {}))
                if mode == "line":
                    self.assertEqual(harness.hits_of(recording, "f"), {6: 3})
                if mode == "profile":
                    self.assertEqual([f["calls"] for f in recording["sections"]["profile"]["functions"] if f["name"] == "f"], [3])

    def test_of_a_module_of_code_and_of_stdin(self):
        for words, stdin, log in ((["-m", "pack"], b"", "jrr"), (["-c", self.SCRIPT], b"", "irr"), (["pack"], b"", ""),
                                  (["-"], b"import part\n" + LOG.format("r").encode(), "irir")):
            with self.subTest(words), harness.workspace(self.FILES) as root:
                result, _ = harness.record(root, "--isolate=fork", "--repeat=2", *words, stdin=stdin)
                self.assertEqual((root / "log").read_text() if log else "", log, result)
                self.assertEqual(result.status, 0 if log else 1)  # python runs no relative import in a directory either

    def test_it_looks_like_python_to_the_program(self):
        script = "import os, sys\nfds = sorted(os.listdir('/proc/self/fd'))\nprint(os.getppid() == os.getsid(0), fds, sys.argv, sys.path, sys.flags, __name__, __spec__, sys.stdin.read())\n"
        with harness.workspace({"a.py": script}) as root:
            expected = harness.run([harness.PYTHON, "a.py", "x"], cwd=root, stdin=b"in").stdout
            result, _ = harness.record(root, "--isolate=fork", "--repeat=2", "a.py", "x", stdin=b"in")
            self.assertEqual((result.status, result.stdout), (0, expected.replace(b"False", b"True", 1) * 2), result)

    def test_endings(self):
        for code, status in (("sys.exit(3)", 3), ("1/0", 1), ("os.kill(os.getpid(), 15)", -15), ("os._exit(4)", 4)):
            script = f"import os, sys\n{LOG.format('r')}if len(open('log').read()) == 2: {code}\n"
            with self.subTest(code), harness.workspace({"a.py": script}) as root:
                result, recording = harness.record(root, "--isolate=fork", "--repeat=4", "a.py")
                self.assertEqual((result.status, (root / "log").read_text(), runs(recording)), (status, "rr", 2))

    def test_imports_that_meddle(self):
        meddling = {
            "stdout": "import sys\nclass Tee:\n    def __init__(self, to): self.to = to\n    def write(self, text): return self.to.write(text)\nsys.stdout = Tee(sys.stdout)\n",
            "fork": "import os\npid = os.fork()\n",
            "left": "import os, time\nif os.fork() == 0:\n    os.close(1), os.close(2), time.sleep(90)\n    os._exit(0)\nos._exit(3)\n",
        }
        for name, source in meddling.items():
            with self.subTest(name), harness.workspace({"meddles.py": source, "a.py": "import meddles\nprint(getattr(meddles, 'pid', 0) > 0)\n"}) as root:
                result = harness.run(harness.run_words("-q", "--isolate=fork", "--repeat=3", "a.py"), cwd=root)
                wanted = {"stdout": (120, b"False\n"), "fork": (0, b"True\n" * 3), "left": (3, b"")}[name]
                self.assertEqual((result.status, result.stdout), wanted, result)

    def test_a_signal_while_it_imports(self):
        with harness.workspace({"slow.py": "import time\nopen('log', 'w').close()\ntime.sleep(60)\n", "a.py": "import slow\nprint('ran')\n"}) as root:
            process = harness.start(harness.run_words("-q", "--isolate=fork", "--repeat=2", "a.py"), cwd=root, stdin=subprocess.DEVNULL)
            harness.wait_for((root / "log").exists, "the import")
            process.send_signal(signal.SIGTERM)
            result = harness.finish(process)
            self.assertEqual((result.status, result.stdout), (-signal.SIGTERM, b""), result)

    def test_functions_of_imports_are_timed(self):
        with harness.workspace({"helper.py": "def work(): return 1\n", "a.py": "import helper\nhelper.work()\n"}) as root:
            _, recording = harness.record(root, "--isolate=fork", "--repeat=3", "--time=helper:work", "a.py")
            self.assertEqual([(t["name"], t["count"]) for t in recording["sections"]["timer"]["timers"]], [("helper:work", 3)])

    def test_an_import_that_fails_is_the_programs(self):
        with harness.workspace({"a.py": "import os\nimport nowhere\n"}) as root:
            expected = harness.run([harness.PYTHON, "a.py"], cwd=root)
            result, _ = harness.record(root, "--isolate=fork", "--repeat=2", "a.py")
            self.assertEqual((result.status, result.stderr), (1, expected.stderr))

    def test_interrupted(self):
        script = "import time\nprint('on', flush=True)\nwhile True: time.sleep(0.01)\n"
        with harness.workspace({"a.py": script}) as root:
            process = harness.start(harness.run_words("-q", "--isolate=fork", "--repeat=2", "-o", "o.json", "a.py"), cwd=root, stdin=subprocess.DEVNULL)
            process.stdout.readline()
            os.killpg(process.pid, signal.SIGINT)
            result = harness.finish(process)
            self.assertEqual((result.status, result.stderr.count(b"KeyboardInterrupt")), (-signal.SIGINT, 1), result)
            self.assertEqual(json.loads((root / "o.json").read_bytes())["run"]["signal"], signal.SIGINT)

    def test_its_children_are_followed(self):
        script = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'def f(): return 1\\nf()'])\n" + CALLS
        with harness.workspace({"a.py": script}) as root:
            _, recording = harness.record(root, "--isolate=fork", "--repeat=2", "--mode=profile", "a.py")
            self.assertEqual([p["start"] for p in recording["run"]["processes"]], ["run", "exec"] * 2)
            self.assertEqual(sum(f["calls"] for f in recording["sections"]["profile"]["functions"] if f["name"] == "f"), 4)


class OwnReporter(unittest.TestCase):
    """-o python:MODULE:FUNCTION:PATH"""

    FILES = {"a.py": CALLS, "reports.py": """import sys
class Group:
    def report(recording, output):
        print('said')
        output.write(f"{recording['run']['target']} \\u00e4\\n")
def bad(recording, output):
    output.write('half')
    raise ValueError('no')
"""}

    def test_the_function_gets_the_recording(self):
        with harness.workspace(self.FILES) as root:
            words = ["-q", "-o", "python:reports:Group.report:out.txt", "-o", "python:reports:Group.report:-", "a.py"]
            result = harness.run(harness.run_words(*words), cwd=root)
            self.assertEqual((result.status, result.stdout.decode(), result.stderr), (0, "a.py ä\n", b"said\n" * 2))
            self.assertEqual((root / "out.txt").read_text("utf-8"), "a.py ä\n")
            harness.record(root, "a.py")
            result = harness.pyharness("report", "out.json", "-o", "python:reports:Group.report:-", cwd=root)
            self.assertEqual((result.status, result.stdout.decode()), (0, "a.py ä\n"))

    def test_a_recording_does_not_choose_who_runs_it(self):
        with harness.workspace({**self.FILES, "evil": "#!/bin/sh\ntouch was_here\n"}) as root:
            (root / "evil").chmod(0o755)
            _, recording = harness.record(root, "a.py")
            recording["run"]["python"]["executable"] = "./evil"
            (root / "out.json").write_text(json.dumps(recording))
            result = harness.pyharness("report", "out.json", "-o", "python:reports:Group.report:-", cwd=root)
            self.assertEqual((result.status, (root / "was_here").exists()), (0, False))

    def test_one_that_fails_leaves_the_old_file(self):
        with harness.workspace({**self.FILES, "out.txt": "old"}) as root:
            result = harness.run(harness.run_words("-q", "-o", "python:reports:bad:out.txt", "a.py"), cwd=root)
            self.assertEqual((result.status, (root / "out.txt").read_text()), (harness.OWN_FAILURE, "old"))
            self.assertIn(b"ValueError: no\npyharness: the python report was not written: reports:bad failed with status 1.\n", result.stderr)

    def test_refused_before_the_start(self):
        with harness.workspace({**self.FILES, "a.py": LOG.format("r")}) as root:
            for text in ("python:nowhere:f:x", "python:reports:f", "python:reports", "python:", "python::f:x", "python:reports::x", "python:reports:f:"):
                with self.subTest(text):
                    result = harness.run(harness.run_words("-q", "-o", text, "a.py"), cwd=root)
                    self.assertEqual((result.status, result.stderr.count(b"\n")), (harness.OWN_FAILURE, 1), result)
            self.assertFalse((root / "log").exists())


if __name__ == "__main__":
    unittest.main()
