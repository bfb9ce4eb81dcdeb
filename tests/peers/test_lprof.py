"""The .lprof file, read by every line_profiler that is here: Debian's python3-line-profiler (4), and those of the pythons in
PYHARNESS_LINE_PROFILERS (paths with colons between), which is how version 5 is tested where it is not installed."""

import ast
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402
import line_recording  # noqa: E402
import pythons  # noqa: E402

LOAD = """
import line_profiler.line_profiler as lp, sys
stats = lp.load_stats(sys.argv[1])
print(ascii((stats.timings, stats.unit)))
"""

PROGRAM = """\
def load(n):
    rows = []
    for i in range(n):
        rows.append(i)
    return rows


def idle():
    return 1
"""

FIGURES = {
    1: {2: {"hits": 1, "time_ns": 500}, 3: {"hits": 11, "time_ns": 1_000_000}, 4: {"hits": 10, "time_ns": 2_000_000_000},
        5: {"hits": 1, "time_ns": 0}},
    8: {9: {"hits": 0, "time_ns": 0}},
}  # fmt: skip


@functools.cache
def readers():
    """{python: version of its line_profiler}."""
    found = {}
    for python in [*pythons.found(), *filter(None, os.environ.get("PYHARNESS_LINE_PROFILERS", "").split(":"))]:
        code = "import line_profiler; print(line_profiler.__version__)"
        asked = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=60)
        if asked.returncode == 0:
            found[python] = asked.stdout.strip()
    return found


class Lprof(unittest.TestCase):
    def setUp(self):
        if not readers():
            self.skipTest("no python here has line_profiler (Debian: python3-line-profiler)")

    def write(self, root, recording):
        (root / "a.json").write_text(json.dumps(recording))
        result = harness.pyharness("report", "a.json", "-o", "a.lprof", cwd=root)
        self.assertEqual((result.status, result.stderr), (0, b""), result)

    def run_python(self, python, root, *words):
        result = subprocess.run([python, *words], cwd=root, capture_output=True, text=True, timeout=60)
        self.assertEqual((result.returncode, result.stderr), (0, ""), (python, readers()[python]))
        return result.stdout

    def test_it_says_what_was_recorded(self):
        functions = {
            ("/work/a.py", 3, "f"): {4: {"hits": 2**31, "time_ns": 2**62}, 5: {"hits": 256, "time_ns": 65_536}},
            ("/work/漢 é.py", 2**32 - 1, "K.<locals>.\U0001f600"): {1: {"hits": 1, "time_ns": 1}},
            ("<string>", 1, "f" * 300): {},
            ("/work/\x00\n\x1b[31m.py", 1, ""): {7: {"hits": 0, "time_ns": 5}},
        }
        expected = {
            key: [(line, row["hits"], row["time_ns"]) for line, row in sorted(rows.items())] for key, rows in functions.items()
        }
        with harness.workspace() as root:
            self.write(root, line_recording.recording(functions))
            for python in readers():
                with self.subTest(python=python, version=readers()[python]):
                    timings, unit = ast.literal_eval(self.run_python(python, root, "-c", LOAD, "a.lprof"))
                    self.assertEqual(timings, expected)
                    self.assertEqual(unit, 1e-9)

    def test_line_profiler_shows_it_with_the_right_times(self):
        with harness.workspace({"app.py": PROGRAM}) as root:
            file = str(root / "app.py")
            names = {1: "load", 8: "idle"}
            self.write(root, line_recording.recording({(file, line, names[line]): rows for line, rows in FIGURES.items()}))
            for python in readers():
                with self.subTest(python=python, version=readers()[python]):
                    text = self.run_python(python, root, "-m", "line_profiler", "-z", "-u", "1e-3", "a.lprof")
                    self.assertIn("Total time: 2.001", text)
                    self.assertRegex(text, r"\n +4 +10 +2000\.0 +200\.0 +100\.0 +rows\.append\(i\)\n")
                    self.assertRegex(text, r"\n +3 +11 +1\.0 +0\.1 +0\.0 +for i in range\(n\):\n")
                    self.assertNotIn("idle", text)

    def test_of_a_real_run(self):
        with harness.workspace({"app.py": PROGRAM + "load(1000)\nidle()\n"}) as root:
            result = harness.run([*harness.run_words("--mode=line", "-q", "-o", "a.lprof", "-o", "a.json", "app.py")], cwd=root)
            self.assertEqual((result.status, result.stderr), (0, b""))
            recorded = json.loads((root / "a.json").read_text())["sections"]["line"]["functions"]
            lines = {function["name"]: function["lines"] for function in recorded}["load"]
            total = sum(line["time_ns"] for line in lines) / 1e9
            for python in readers():
                with self.subTest(python=python, version=readers()[python]):
                    text = self.run_python(python, root, "-m", "line_profiler", "a.lprof")
                    self.assertRegex(text, r"\n +4 +1000 .* rows\.append\(i\)\n")
                    shown = float(re.search(r"Total time: (\S+) s\nFile: \S+\nFunction: load at", text)[1])
                    self.assertAlmostEqual(shown, total, delta=total / 1e5)  # six digits are shown


if __name__ == "__main__":
    unittest.main()
