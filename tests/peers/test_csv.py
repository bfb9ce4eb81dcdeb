"""The CSV file, read by Python's csv: every figure comes back, every text is one cell."""

import csv
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402
import line_recording  # noqa: E402

LINE = 'print("a, b", f(\'"\'))  # \u6f22\t|'


class Csv(unittest.TestCase):
    def test_what_was_recorded_comes_back(self):
        name, file = 'f"g",h', "/work/a,b\n.py"
        row = {"hits": 3, "time_ns": 2**61, "own_ns": 7}
        with harness.workspace() as root:
            recording = line_recording.recording({(file, 1, name): {2: row, 3: {**row, "own_ns": 0}}}, sources={file: f"=1\n{LINE}\n"})
            (root / "a.json").write_text(json.dumps(recording))
            result = harness.pyharness("report", "a.json", "-o", "a.csv", cwd=root)
            self.assertEqual((result.status, result.stderr), (0, b""))
            with open(root / "a.csv", newline="", encoding="utf-8") as read:
                rows = list(csv.DictReader(read, strict=True))
        first = {"file": "/work/a,b\\x0a.py", "line": "2", "function": name, "function_line": "1", "hits": "3",
                 "time_ns": str(2**61), "own_ns": "7", "source": LINE}  # fmt: skip
        self.assertEqual(rows, [first, {**first, "line": "3", "own_ns": "0", "source": ""}])


if __name__ == "__main__":
    unittest.main()
