"""Two recordings side by side: `pyharness compare`, its gates and formats."""

import json
import pathlib
import sys
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "share" / "comparison.schema.json"
PROGRAM = "import sys\ndef f(n):\n    for i in range(n):\n        g()\ndef g():\n    pass\nf(int(sys.argv[1]))\n"
MOVED = "# a line more\n" + PROGRAM


class Compare(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = {}
        with harness.workspace({"script.py": PROGRAM}) as root:
            for name, mode, n in (("base", "profile", "3"), ("head", "profile", "5"), ("lines", "line", "3")):
                harness.record(root, f"--mode={mode}", "script.py", n, name=f"{name}.json", env={"PYTHONHASHSEED": "0"})
                cls.files[f"{name}.json"] = (root / f"{name}.json").read_bytes()
            (root / "script.py").write_text(MOVED)
            harness.record(root, "--mode=line", "script.py", "3", name="moved.json", env={"PYTHONHASHSEED": "0"})
            cls.files["moved.json"] = (root / "moved.json").read_bytes()

    def compare(self, *words, status=0):
        with harness.workspace(self.files) as root:
            result = harness.pyharness("compare", *words, cwd=root)
            self.assertEqual(result.status, status, result)
            written = {p.name: p.read_bytes() for p in root.iterdir() if p.name not in self.files}
            return result.stdout.decode(), result.stderr.decode(), written

    def test_the_first_line_says_what_matters(self):
        out, err, _ = self.compare("base.json", "head.json")
        self.assertTrue(out.startswith("Worse: profile.calls "), out)
        self.assertIn("g (script.py:5)", out)
        self.assertEqual(err, "")
        out, _, _ = self.compare("head.json", "base.json")
        self.assertTrue(out.startswith("Better: profile.calls "), out)

    def test_code_that_moved_is_the_same(self):
        out, _, _ = self.compare("lines.json", "moved.json", "--fail-if", "line.hits!=+0", "--fail-if", "line[g].hits!=+0")
        self.assertTrue(out.startswith("Passed, none of 2 gates holds. Same"), out)

    def test_gates_decide_the_status(self):
        out, _, _ = self.compare("base.json", "head.json", "--fail-if", "profile.calls>+0", "--fail-if",
                                 "profile[script:g].calls>5", status=1)
        self.assertIn("HOLDS profile.calls>+0", out)
        self.assertIn("passes profile[script:g].calls>5: profile[script.py:g].calls 3 -> 5", out)
        out, _, _ = self.compare("base.json", "head.json", "--fail-if", "timer.min>=-100%")
        self.assertIn("cannot be told from noise", out)

    def test_several_recordings_of_a_side(self):
        out, _, written = self.compare("base.json", "head.json", "--base", "base.json", "--head", "head.json", "-q", "-o",
                                       "c.json")
        comparison = json.loads(written["c.json"])
        self.assertEqual((out, comparison["base"]["runs"]), ("", 2))
        calls = {s.get("name"): s["figures"][0] for s in comparison["sections"]["profile"]}
        self.assertEqual((calls["g"]["base"], calls["g"]["head"], calls["g"]["verdict"]), (3, 5, "worse"))  # of one run
        self.assertIn("BASE: base.json and base.json are the same recording, which counts twice.", comparison["warnings"])
        if jsonschema is not None:
            jsonschema.validate(comparison, json.loads(SCHEMA.read_bytes()))

    def test_formats(self):
        out, err, written = self.compare("base.json", "head.json", "--fail-if", "profile[g].calls>+0", "-o", "github:-",
                                         *(w for n in ("c.xml", "c.md", "c.csv", "c.txt") for w in ("-o", n)), status=1)
        self.assertIn("::error file=script.py,line=5,title=pyharness%3A profile[g].calls>+0::", out)
        self.assertTrue(err.startswith("Failed, 1 of 1 gate holds"), err)
        self.assertEqual(written["c.txt"].decode(), err)
        suite = xml.etree.ElementTree.fromstring(written["c.xml"]).find("testsuite")
        self.assertEqual((suite.get("tests"), suite.get("failures")), ("3", "1"))
        self.assertEqual([c.get("name") for c in suite if c.find("failure") is not None], ["profile[g].calls>+0"])

    def test_what_cannot_be_is_said(self):
        for words, says in (
            (("base.json", "missing.json"), "missing.json"),
            (("base.json", "head.json", "--fail-if", "alloc.peak_bytes>1"), "alloc"),
            (("base.json", "head.json", "-o", "x.pstats"), "pstats shows one recording"),
        ):
            out, err, written = self.compare(*words, status=harness.OWN_FAILURE)
            self.assertIn(says, err)
            self.assertEqual((out, written), ("", {}))
        _, err, _ = self.compare("base.json", "head.json", "--fail-if", "profile.call>+0", status=harness.OWN_FAILURE)
        lines = err.splitlines()
        self.assertIn("Did you mean 'calls'?", lines[0])
        self.assertEqual(lines[2].index("^"), lines[1].index("call>"))


    def test_no_recording_is_written_over(self):
        for words in (("compare", "base.json", "head.json", "-o", "json:base.json"), ("report", "base.json", "-o", "./base.json")):
            with self.subTest(words), harness.workspace(self.files) as root:
                result = harness.pyharness(*words, cwd=root)
                self.assertEqual((result.status, result.stdout), (harness.OWN_FAILURE, b""))
                self.assertIn(b"would go over the recording base.json", result.stderr)
                self.assertEqual((root / "base.json").read_bytes(), self.files["base.json"])

    def test_another_mode_is_warned_of(self):
        out, _, _ = self.compare("base.json", "lines.json")
        self.assertIn("BASE was recorded with --mode=profile,timer, HEAD with line,timer: their times do not compare.", out)


class Merged(unittest.TestCase):
    def test_other_clocks_are_not_added_up(self):
        with harness.workspace({"script.py": PROGRAM}) as root:
            _, recording = harness.record(root, "script.py", "1", name="1.json")
            recording["run"]["clock"]["source"] = "another"
            (root / "2.json").write_text(json.dumps(recording))
            result = harness.pyharness("report", "1.json", "2.json", cwd=root)
            self.assertEqual((result.status, result.stdout), (harness.OWN_FAILURE, b""))
            self.assertIn(b"one was taken with the clock", result.stderr)

    def test_a_report_of_several_knows_where_they_came_from(self):
        with harness.workspace({"script.py": PROGRAM}) as root:
            for n in ("1", "2"):
                harness.record(root, "--mode=none", "script.py", n, name=f"{n}.json")
            text = harness.pyharness("report", "1.json", "2.json", cwd=root).stdout.decode()
            self.assertIn("2 recordings are added up here: 1.json, 2.json.", text)
            harness.pyharness("report", "1.json", "2.json", "-o", "m.json", cwd=root)
            again = json.loads(harness.pyharness("report", "m.json", "1.json", "-o", "json:-", cwd=root).stdout)
            origins = again["run"]["merged_from"]
            self.assertEqual([o["file"] for o in origins], ["1.json", "2.json", "1.json"])
            self.assertEqual([o["argv"][-1] for o in origins], ["1", "2", "1"])


if __name__ == "__main__":
    unittest.main()
