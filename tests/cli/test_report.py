"""Reading recordings again: `pyharness report` of one, of several, and of files that are broken or hostile."""

import gzip
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

PROGRAM = "import sys\ndef f(n):\n    for i in range(n):\n        pass\nf(int(sys.argv[1]))\n"


def changed(recording, path, value):
    """A copy where the value at `path` is another; None takes it out."""
    copy = json.loads(json.dumps(recording))
    at = copy
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return copy


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with harness.workspace({"script.py": PROGRAM}) as root:
            _, cls.recording = harness.record(root, "--mode=line", "script.py", "5")
            cls.text = (root / "out.json").read_bytes()
            result = harness.pyharness("run", "--mode=line", "-o", "a.json", "-o", "a.txt", "script.py", "5", cwd=root)
            cls.pair = (root / "a.json").read_bytes(), (root / "a.txt").read_bytes(), result.stderr

    def refused(self, content, *says):
        with harness.workspace({"a.json": content}) as root:
            result = harness.pyharness("report", "a.json", "-o", "json:out.json", cwd=root)
            self.assertEqual((result.status, result.stdout), (harness.OWN_FAILURE, b""), result)
            lines = result.stderr.decode().splitlines()
            self.assertEqual(len(lines), 1, lines)
            self.assertTrue(lines[0].startswith("pyharness: "), lines)
            for word in ("a.json", *says):
                self.assertIn(word, lines[0])
            self.assertEqual([p.name for p in root.iterdir()], ["a.json"])

    def test_it_is_the_report_of_the_run(self):
        recording, text, stderr = self.pair
        with harness.workspace({"a.json": recording}) as root:
            again = harness.pyharness("report", "a.json", cwd=root)
            self.assertEqual((again.status, again.stderr), (0, b""))
            self.assertEqual(again.stdout, text)
            self.assertEqual(text, stderr)
            harness.pyharness("report", "a.json", "-o", "json:b.json", cwd=root)
            self.assertEqual(json.loads((root / "b.json").read_bytes()), json.loads(recording))

    def test_compressed(self):
        with harness.workspace({"a.json.gz": gzip.compress(self.text)}) as root:
            result = harness.pyharness("report", "a.json.gz", "-o", "b.json.gz", "-o", "json:-", cwd=root)
            self.assertEqual(result.status, 0, result)
            self.assertEqual(json.loads(result.stdout), self.recording)
            self.assertEqual(json.loads(gzip.decompress((root / "b.json.gz").read_bytes())), self.recording)

    def test_several_are_merged(self):
        with harness.workspace({"script.py": PROGRAM}) as root:
            recordings = [harness.record(root, "--mode=line", "script.py", n, name=n)[1] for n in ("3", "10")]
            result = harness.pyharness("report", "3", "10", "-o", "json:-", cwd=root)
            merged = json.loads(result.stdout)
            hits = harness.hits_of(merged, "f")
            self.assertEqual(hits, {3: 4 + 11, 4: 13})
            runs = [r["sections"]["timer"]["runs"] for r in recordings]
            self.assertEqual(merged["sections"]["timer"]["runs"], runs[0] + runs[1])
            walls = [r["run"]["code_wall_ns"] for r in recordings]
            self.assertEqual(merged["sections"]["timer"]["min_ns"], min(walls))
            text = harness.pyharness("report", "3", "10", cwd=root)
            self.assertEqual((text.status, text.stderr), (0, b""))

    def test_missing(self):
        with harness.workspace() as root:
            for words in (["nowhere.json"], ["."], []):
                result = harness.pyharness("report", *words, cwd=root)
                self.assertEqual((result.status, result.stderr.count(b"\n")), (harness.OWN_FAILURE, 1), result)

    def test_not_a_recording(self):
        for content in (b"", b"\n", b"not json", b"\xff\xfe\x00", b"{", b"[]", b"1", b"null", b'"x"', b"{}", b'{"schema": 1}'):
            with self.subTest(content=content):
                self.refused(content)
        self.refused(self.text + b"x")
        self.refused(self.text + self.text)
        self.refused(gzip.compress(b"[]"))
        self.refused(gzip.compress(self.text)[:-20])
        self.refused(b"\x1f\x8b" + b"x" * 50)

    def test_truncated(self):
        for length in range(1, len(self.text.rstrip()), max(1, len(self.text) // 40)):
            with self.subTest(length=length):
                self.refused(self.text[:length])

    def test_schema(self):
        for path, value in {("schema",): "other", ("schema_version",): 2}.items():
            for wrong in (value, None, [], 10**30, -1, "1"):
                with self.subTest(path=path, value=wrong):
                    self.refused(json.dumps(changed(self.recording, path, wrong)))

    def test_wrong_numbers(self):
        row = ("sections", "line", "functions", 0, "lines", 0)
        places = [(*row, "hits"), (*row, "line"), (*row, "time_ns"), ("run", "wall_ns"), ("run", "exit_status")]
        places += [("sections", "timer", "runs", 0, "wall_ns"), ("sections", "line", "functions", 0, "line")]
        for path in places:
            for value in (-1, 10**19, 10**400, 1.5, "1", [], {}, True):
                if (path, value) == (("run", "exit_status"), -1):
                    continue
                with self.subTest(path=path, value=str(value)[:30]):
                    self.refused(json.dumps(changed(self.recording, path, value)))

    def test_wrong_types(self):
        def places(value, path=()):
            if path:
                yield path
            if isinstance(value, dict) and path != ("sources",):
                for name in value:
                    yield from places(value[name], (*path, name))
            elif isinstance(value, list) and value:
                yield from places(value[0], (*path, 0))

        for path in places(self.recording):
            for wrong in ([[1]], {"x": {"y": 1}}, None):
                with self.subTest(path=path, value=wrong), harness.workspace() as root:
                    (root / "a.json").write_text(json.dumps(changed(self.recording, path, wrong)))
                    result = harness.pyharness("report", "a.json", cwd=root)
                    # What is not required may be left out; whatever it is, it is never a crash.
                    self.assertIn(result.status, (0, harness.OWN_FAILURE), result)
                    self.assertEqual(result.stderr.count(b"\n"), 1 if result.status else 0, result)

    def test_sums_that_overflow(self):
        row = ("sections", "line", "functions", 0, "lines", 0)
        big = changed(changed(self.recording, (*row, "hits"), 2**63 - 1), (*row, "time_ns"), 2**63 - 1)
        with harness.workspace({"a.json": json.dumps(big)}) as root:
            result = harness.pyharness("report", "a.json", "a.json", cwd=root)
            self.assertIn(result.status, (0, harness.OWN_FAILURE), result)
            self.assertNotIn(b" -", result.stdout.replace(b" - ", b""))

    def test_deep_nesting(self):
        deep = b"[" * 100_000
        self.refused(deep)
        self.refused(deep + b"]" * 100_000)
        self.refused(b'{"a":' * 100_000)
        self.refused(self.text.replace(b'"losses"', b'"deep": ' + deep + b"]" * 100_000 + b', "losses"', 1))

    def test_many_lines_and_hostile_text(self):
        hostile = changed(self.recording, ("run", "target"), "\x1b[31m\x07\u202e<script>&\n")
        with harness.workspace({"a.json": json.dumps(hostile)}) as root:
            result = harness.pyharness("report", "a.json", cwd=root)
            self.assertEqual(result.status, 0)
            self.assertNotIn(b"\x1b", result.stdout)
            self.assertNotIn(b"\x07", result.stdout)
        far = changed(self.recording, ("sections", "line", "functions", 0, "last_line"), 2**32 - 1)
        with harness.workspace({"a.json": json.dumps(far)}) as root:
            self.assertIn(harness.pyharness("report", "a.json", cwd=root, timeout=20).status, (0, harness.OWN_FAILURE))


if __name__ == "__main__":
    unittest.main()
