"""Line mode's figures beside hits and times (tests/cli/test_line_hits.py): own and corrected time, threads apart, engines."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import engines  # noqa: E402
import harness  # noqa: E402

PROGRAM = """
import threading
def inner(n):
    return sum(i * i for i in range(n))
def outer(n):
    total = 0
    for i in range(n):
        total += inner(1000)
    return total
def main():
    threads = [threading.Thread(target=outer, args=(n,)) for n in (20, 30)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return outer(10)
main()
"""


def functions(recording, name):
    return [f for f in recording["sections"]["line"]["functions"] if f["name"] == name]


def row(function, line):
    return next(r for r in function["lines"] if r["line"] == line)


class Figures(unittest.TestCase):
    def record(self, *options):
        with harness.workspace({"script.py": PROGRAM}) as root:
            result, recording = harness.record(root, "--mode=line", *options, "script.py")
            self.assertEqual(result.status, 0, result)
            return recording

    def test_own_time_is_without_watched_calls(self):
        for engine in engines.engines_of("line"):
            with self.subTest(engine=engine):
                recording = self.record(f"--engine=line={engine}")
                (outer,), (inner,) = functions(recording, "outer"), functions(recording, "inner")
                self.assertEqual(outer["engine"], engine)
                calls = row(outer, 8)
                self.assertEqual((calls["hits"], row(inner, 4)["hits"]), (60, 60))
                # What the generator takes is its own: inner's line waits for it.
                self.assertLess(calls["own_ns"], calls["time_ns"] / 2)
                self.assertLess(row(inner, 4)["own_ns"], row(inner, 4)["time_ns"])
                loop = row(outer, 7)
                self.assertEqual(loop["own_ns"], loop["time_ns"])

    def test_what_the_hooks_took(self):
        recording = self.record()
        overhead = recording["run"]["overhead"]
        lines = sum(r["hits"] for f in recording["sections"]["line"]["functions"] for r in f["lines"])
        self.assertEqual(overhead["line"]["count"], lines)
        self.assertGreater(overhead["call"]["count"], 60)
        for function in recording["sections"]["line"]["functions"]:
            self.assertLessEqual(function["corrected_ns"], function["total_ns"])
            for line in function["lines"]:
                self.assertLessEqual(line["corrected_ns"], line["time_ns"])

    def test_threads_apart(self):
        together, apart = self.record(), self.record("--per-thread")
        each = functions(apart, "outer")
        self.assertEqual(sorted(row(f, 8)["hits"] for f in each), [10, 20, 30])
        self.assertEqual(len({f["thread"] for f in each}), 3)
        self.assertEqual(row(functions(together, "outer")[0], 8)["hits"], 60)
        self.assertNotIn("thread", functions(together, "outer")[0])

    def test_threads_apart_in_text(self):
        with harness.workspace({"script.py": PROGRAM}) as root:
            result = harness.pyharness(*harness.run_words("--mode=line", "--per-thread", "--own", "--corrected", "script.py")[1:],
                                       cwd=root)
            text = result.stderr.decode()
            self.assertEqual(text.count("Function: outer"), 3, text)
            self.assertIn("Own", text)
            self.assertIn("Corrected", text)
            self.assertIn("Hooks: ", text)


class Engines(unittest.TestCase):
    @unittest.skipIf("instrumented" in engines.engines_of("line"), "this host has it")
    def test_an_engine_that_the_interpreter_has_not(self):
        with harness.workspace({"script.py": PROGRAM}) as root:
            result = harness.pyharness(*harness.run_words("--engine=line=instrumented", "--mode=line", "script.py")[1:], cwd=root)
            self.assertEqual(result.status, 125)
            self.assertIn(b"does not work in Python", result.stderr)


if __name__ == "__main__":
    unittest.main()
