"""What a program can say itself, by `import pyharness`: pausing, watched regions, which modes are active."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402


class InTheProgram(unittest.TestCase):
    def hits(self, program, *words):
        with harness.workspace({"script.py": program}) as root:
            result, recording = harness.record(root, "--mode=line", *words, "script.py")
            self.assertEqual(result.status, 0, result)
            return harness.hits_of(recording, "f")

    CALLS = "import pyharness\ndef f():\n    return 1\nf()\nf()\n{}\nf()\n{}\nf()\nf()\nf()\n"

    def test_pause_and_resume(self):
        self.assertEqual(self.hits(self.CALLS.format("pyharness.pause()", "pyharness.resume()")), {3: 5})
        self.assertEqual(self.hits(self.CALLS.format("pyharness.pause()", "")), {3: 2})
        self.assertEqual(self.hits(self.CALLS.format("", "pyharness.resume()"), "--start-paused"), {3: 3})
        self.assertEqual(self.hits(self.CALLS.format("", ""), "--start-paused"), {})

    def test_watch(self):
        program = self.CALLS.format("with pyharness.watch():\n    f()\n    with pyharness.watch(): f()\n    f()", "")
        self.assertEqual(self.hits(program, "--start-paused"), {3: 3})
        self.assertEqual(self.hits(program), {3: 3})

    def test_active(self):
        for mode, modes in {"none": "set()", "timer": "['timer']", "line": "['line', 'timer']"}.items():
            program = "import pyharness\nprint(sorted(pyharness.active()) or set())\n"
            self.assertEqual(harness.run(harness.run_words("-q", f"--mode={mode}", "-c", program)).stdout.decode(), modes + "\n")

    def test_what_is_offered_has_signatures(self):
        program = "import inspect, pyharness as p\nprint(*map(inspect.signature, (profile, p.profile, p.pause, p.resume, p.active)))"
        self.assertEqual(harness.run(harness.run_words("-q", "--mode=none", "-c", program)).stdout, b"(f, /) (f, /) () () ()\n")

    def test_a_module_of_that_name_wins(self):
        files = {"script.py": "import pyharness, _pyharness\nprint(pyharness.mine, _pyharness.active())", "pyharness.py": "mine = 1"}
        with harness.workspace(files) as root:
            self.assertEqual(harness.run(harness.run_words("-q", "--mode=none", "script.py"), cwd=root).stdout, b"1 set()\n")

    def test_published_module_does_nothing_without_us(self):
        share = pathlib.Path(__file__).resolve().parents[2] / "share" / "pyharness.py"
        program = self.CALLS.format("pyharness.pause()", "with pyharness.watch(): pyharness.resume()") + "print(pyharness.profile(f)(), pyharness.active())"
        with harness.workspace({"script.py": program, "pyharness.py": share}) as root:
            self.assertEqual(harness.run([harness.PYTHON, "script.py"], cwd=root).stdout, b"1 set()\n")
            ours = harness.run(harness.run_words("-q", "script.py"), cwd=root)
            self.assertEqual(ours.stdout, b"1 {'timer'}\n")


if __name__ == "__main__":
    unittest.main()
