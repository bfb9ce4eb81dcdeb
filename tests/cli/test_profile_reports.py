"""What `pyharness report` makes of a recording with a profile, and what is refused where there is none.

That pstats itself reads the file, and that our figures are its own: tests/peers/test_pstats.py.
"""

import json
import marshal
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cprofile_recording  # noqa: E402
import harness  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "share" / "recording.schema.json"

MAIN = ("/work/app.py", 9, "main")
INNER = ("/work/app.py", 3, "outer.<locals>.inner")
LEN = ("~", 0, "<built-in method builtins.len>")
FUNCTIONS = {
    MAIN: (1, 1, 250_000_000, 1_000_000_000),
    INNER: (7, 2, 500_000_000, 750_000_000),
    LEN: (40, 40, 250_000_000, 250_000_000),
}
EDGES = {
    (MAIN, INNER): (2, 2, 125_000_000, 750_000_000),
    (INNER, INNER): (5, 0, 375_000_000, 500_000_000),
    (INNER, LEN): (40, 40, 250_000_000, 250_000_000),
}


class ProfileReports(unittest.TestCase):
    def setUp(self):
        self.recording = cprofile_recording.recording(FUNCTIONS, EDGES)
        workspace = harness.workspace({"a.json": json.dumps(self.recording), "script.py": "open('ran', 'w')\n"})
        self.root = workspace.__enter__()
        self.addCleanup(workspace.__exit__, None, None, None)

    def report(self, *words):
        result = harness.pyharness("report", "a.json", *words, cwd=self.root)
        self.assertEqual((result.status, result.stderr), (0, b""), result)
        return result.stdout.decode()

    def refused(self, *words, says):
        before = sorted(self.root.iterdir())
        result = harness.pyharness(*words, cwd=self.root)
        self.assertEqual((result.status, result.stdout, result.stderr.count(b"\n")), (harness.OWN_FAILURE, b"", 1), result)
        for word in says:
            self.assertIn(word, result.stderr.decode())
        self.assertEqual(sorted(self.root.iterdir()), before)

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
    def test_the_recording_obeys_the_schema(self):
        jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(self.recording)
        self.assertEqual(json.loads(self.report("-o", "json:-"))["sections"], self.recording["sections"])

    def test_the_file_for_pstats(self):
        inner = (*INNER[:2], "inner")
        expected = {
            MAIN: (1, 1, 0.25, 1.0, {}),
            inner: (2, 7, 0.5, 0.75, {MAIN: (2, 2, 0.125, 0.75), inner: (5, 0, 0.375, 0.5)}),
            LEN: (40, 40, 0.25, 0.25, {inner: (40, 40, 0.25, 0.25)}),
        }
        self.report("-o", "x.pstats", "-o", "y.prof", "-o", "pstats:z")
        for name in ("x.pstats", "y.prof", "z"):
            self.assertEqual(ascii(marshal.loads((self.root / name).read_bytes())), ascii(expected))

    def test_names_in_the_text_are_qualified(self):
        text = self.report("--sort=cumtime", "--callers=inner", "--callees=main")
        for line in (
            "         48 function calls (43 primitive calls) in 1.000 seconds",
            "   Ordered by: cumulative time",
            "   7/2    0.500    0.071    0.750    0.375 app.py:3(outer.<locals>.inner)",
            "    40    0.250    0.006    0.250    0.006 {built-in method builtins.len}",
            "app.py:3(outer.<locals>.inner)  <-       2    0.125    0.750  app.py:9(main)",
            "app.py:9(main)  ->       2    0.125    0.750  app.py:3(outer.<locals>.inner)",
        ):
            self.assertIn(line + "\n", text)

    def test_several_recordings_are_one_profile(self):
        (self.root / "b.json").write_text(json.dumps(self.recording))
        self.report("b.json", "-o", "both.prof")
        both = marshal.loads((self.root / "both.prof").read_bytes())
        self.assertEqual(both[MAIN], (2, 2, 0.5, 2.0, {}))

    def test_refused_after_reading(self):
        self.refused("report", "a.json", "--sort=hits", says=("--sort=hits", "cumtime"))
        self.refused("report", "a.json", "--sort=c", "-o", "x.txt", says=("--sort=c", "calls"))
        self.refused("report", "a.json", "--callers=(", says=("--callers=(", "regular expression"))
        harness.record(self.root, "-c", "pass", name="timer.json")
        self.refused("report", "timer.json", "-o", "x.pstats", says=("pstats", "--mode=profile"))
        self.refused("report", "timer.json", "--callees=x", says=("--callees", "--mode=profile"))
        self.refused("report", "timer.json", "--sort=time", says=("--sort", "--mode=line"))

    def test_refused_before_the_start(self):
        self.refused("run", "--mode=line", "--sort=cumtime", "script.py", says=("--sort=cumtime", "time, hits, file"))
        self.refused("run", "--mode=line", "--callers=x", "script.py", says=("--callers", "--mode=profile"))
        self.refused("run", "--callees=x", "script.py", says=("--callees", "--mode=profile"))
        self.refused("run", "--mode=line", "-o", "x.prof", "script.py", says=("pstats", "--mode=profile"))

    def test_a_profile_without_a_call(self):
        (self.root / "a.json").write_text(json.dumps(cprofile_recording.recording({}, {})))
        self.assertIn("no watched function was called", self.report())
        self.refused("report", "a.json", "-o", "x.prof", says=("pstats", "no call"))


if __name__ == "__main__":
    unittest.main()
