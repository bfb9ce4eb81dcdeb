"""The callgrind file, read by callgrind_annotate (Debian: valgrind)."""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cprofile_recording  # noqa: E402
import harness  # noqa: E402
import line_recording  # noqa: E402

ANNOTATE = shutil.which("callgrind_annotate")

SOURCE = """\
def work(n):
    total = 0
    for i in range(n):
        total += i
    return total
work(10)
"""


@unittest.skipIf(ANNOTATE is None, "callgrind_annotate is not installed (Debian: valgrind)")
class Callgrind(unittest.TestCase):
    def annotated(self, root, recording, *options):
        """What callgrind_annotate prints in another directory: files under its own it shows without their directory."""
        (root / "a.json").write_text(json.dumps(recording))
        result = harness.pyharness("report", "a.json", "-o", "callgrind.out.1", cwd=root)
        self.assertEqual((result.status, result.stderr), (0, b""), result)
        read = subprocess.run([ANNOTATE, "--show-percs=no", "--threshold=100", *options, str(root / "callgrind.out.1")],
                              cwd="/", capture_output=True, text=True, timeout=60)  # fmt: skip
        self.assertEqual((read.returncode, read.stderr), (0, ""))
        return read.stdout

    @staticmethod
    def figures(text, what):
        found = re.search(rf"^ *((?:[\d,]+ +)+){re.escape(what)}", text, re.MULTILINE)
        return [int(figure.replace(",", "")) for figure in found[1].split()] if found else None

    def test_lines_stand_beside_their_source(self):
        with harness.workspace({"app.py": SOURCE}) as root:
            file = str(root / "app.py")
            own = {"hits": 10, "time_ns": 9000, "own_ns": 4000}
            text = self.annotated(root, line_recording.recording({
                (file, 1, "work"): {3: {"hits": 11, "time_ns": 2**53 + 1, "own_ns": 2**53 + 1}, 4: own},
                (file, 1, "<module>"): {6: {"hits": 1, "time_ns": 2**53 + 5, "own_ns": 4}},
            }), "--auto=yes")  # fmt: skip
            self.assertIn("Events recorded:  Nanoseconds Hits", text)
            self.assertEqual(self.figures(text, "PROGRAM TOTALS"), [2**53 + 4005, 22])
            self.assertEqual(self.figures(text, f"{file}:work"), [2**53 + 4001, 21])
            self.assertEqual(self.figures(text, "        total += i"), [4000, 10])
            self.assertEqual(self.figures(text, "work(10)"), [4, 1])

    def test_calls_with_what_they_took(self):
        main, f, g = ("/work/a.py", 1, "main"), ("/work/b.py", 5, "f"), ("~", 0, "<built-in method builtins.len>")
        functions = {main: (1, 1, 100, 1000), f: (5, 1, 700, 900), g: (9, 9, 200, 200)}
        edges = {(main, f): (1, 1, 700, 900), (f, f): (4, 0, 300, 400), (f, g): (9, 9, 200, 200)}
        with harness.workspace() as root:
            text = self.annotated(root, cprofile_recording.recording(functions, edges), "--tree=both")
            self.assertEqual(self.figures(text, "PROGRAM TOTALS"), [1000])
            self.assertRegex(text, r"\n +900 +< /work/a\.py:main \(1x\)")
            self.assertRegex(text, r"\n +200 +>   ~:<built-in method builtins\.len> \(9x\)")
            inclusive = self.annotated(root, cprofile_recording.recording(functions, edges), "--inclusive=yes")
            for name, (*_, cumulative) in functions.items():
                self.assertEqual(self.figures(inclusive, f"{name[0]}:{name[2]}"), [cumulative])

    def test_hostile_names(self):
        names = [("/work/\n1 5\nfn=(9) x.py", 1, "a\nb"), ("", 0, ""), ("(1)", 3, "(2) f"), ("/a b.py", 1, "f:g h")]
        with harness.workspace() as root:
            rows = {name: {1: {"hits": 1, "time_ns": 10}} for name in names}
            text = self.annotated(root, line_recording.recording(rows))
            self.assertEqual(self.figures(text, "PROGRAM TOTALS"), [40, 4])

    def test_of_a_real_run(self):
        for mode in ("line", "profile"):
            with self.subTest(mode=mode), harness.workspace({"app.py": SOURCE}) as root:
                words = harness.run_words(f"--mode={mode}", "-q", "-o", "a.json", "app.py")
                self.assertEqual(harness.run(words, cwd=root).status, 0)
                text = self.annotated(root, json.loads((root / "a.json").read_text()), "--auto=yes")
                self.assertIn(f"{root}/app.py:work", text)
                if mode == "line":
                    self.assertEqual(self.figures(text, "        total += i")[1], 10)


if __name__ == "__main__":
    unittest.main()
