"""What hooks cost is measured apart from the program, and once."""

import pathlib
import stat
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "harness" / "supervise" / "calibration_program.py"


class Kept(unittest.TestCase):
    def setUp(self):
        context = harness.workspace({"script.py": "print('ran')\n"})
        self.root = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)

    def run_here(self, *words, mode="line", **env):
        command = harness.run_words("-q", f"--mode={mode}", *words, "script.py")
        result = harness.run(command, cwd=self.root, env={"XDG_CACHE_HOME": str(self.root / "cache"), **env})
        self.assertEqual((result.status, result.stdout, result.stderr), (0, b"ran\n", b""))

    def costs(self):
        return sorted((self.root / "cache" / "pyharness").glob("costs-*"))

    def run_until(self, condition):
        """Other work on this machine may disturb a calibration so much that it is not kept."""
        return harness.wait_for(lambda: self.run_here() or condition(), "a calibration that is kept", timeout=60)

    def test_it_is_measured_once_and_anew_where_what_is_kept_cannot_be_true(self):
        for mode in ("timer", "none"):
            self.run_here(mode=mode)
            self.assertEqual(self.costs(), [], mode)
        (kept,) = self.run_until(self.costs)
        self.assertEqual(stat.S_IMODE(kept.parent.stat().st_mode), 0o700)
        identity, *lines = kept.read_text().splitlines()
        self.assertIn("pyharness-host-", identity)
        self.assertEqual([line.split()[0] for line in lines], ["call", "line", "resume", "unwatched"])
        # Of a trace function, of woven code and of sys.monitoring: a line is not for nothing, and no line takes so long.
        self.assertTrue(0 < int(lines[1].split()[1]) < 100_000_000, lines)

        good = f"{identity}\ncall 7 1\nline 5 1\nresume 4 1\nunwatched 3 1\n"
        kept.write_text(good)
        self.run_here()
        self.assertEqual(kept.read_text(), good)
        wrong = good.replace("line 5", "line -5")
        kept.write_text(wrong)
        self.run_until(lambda: kept.read_text() != wrong)
        self.assertEqual(kept.read_text().splitlines()[0], identity)

    def test_nothing_of_it_reaches_the_program_and_nothing_of_the_program_reaches_it(self):
        for name in ("codecs.py", "time.py", "site.py", "sitecustomize.py", "usercustomize.py"):
            (self.root / name).write_text("open(__file__ + '.ran', 'a').write('x')\n")
        before = sorted(self.root.iterdir())
        # The program itself is told to look at none of these; the calibration has to know.
        env = {"PYTHONPATH": str(self.root), "PYTHONVERBOSE": "1", "PYTHONHOME": "/no/such/place"}
        self.run_here("--python-option=-I", **env)
        self.assertEqual([path.name for path in sorted(self.root.iterdir()) if path not in before and path.name != "cache"], [])
        self.run_until(self.costs)


class Program(unittest.TestCase):
    def test_its_loops_have_the_events_that_they_say(self):
        with harness.workspace({"loops.py": PROGRAM}) as root:
            result, recording = harness.record(root, "--mode=line", "loops.py")
        said = 0
        for _name, _turns, lines, _calls, _resumed, _unwatched, *times in map(str.split, result.stdout.decode().splitlines()):
            self.assertGreaterEqual(len(times), 4)
            said += int(lines) * len(times)
        functions = recording["sections"]["line"]["functions"]
        seen = sum(row["hits"] for f in functions for row in f["lines"] if not f["name"].startswith(("<", "measure")))
        self.assertGreaterEqual(seen, said)
        self.assertLess(seen, said * 1.02)  # a few lines before each loop


if __name__ == "__main__":
    unittest.main()
