"""Line hits: the counts of --mode=line are those of an independent sys.settrace counter, line by line, with every engine.

The programs are those of tests/corpus/, which use every node of the language, those of benchmarks/workloads/, and, with
modules of the standard library copied beside them, those of tests/support/library_programs.py. Compared is all code of files
under the program's directory. Programs are counted once, and run once under each of ENGINES; several in one process,
where they can.
"""

import ast
import functools
import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import corpus_programs  # noqa: E402
import engines  # noqa: E402
import harness  # noqa: E402
import library_programs  # noqa: E402
from corpus_programs import SCRIPT  # noqa: E402

ENGINES = engines.engines_of("line")
# More than one call of a function can be open at a time here, so its lines may add up to more than the wall.
SEVERAL_AT_ONCE = {"threads", "recursion", "forks", "asyncio_program"}
# Not together with others in one process.
ALONE = SEVERAL_AT_ONCE | {"exits"}
WORKLOADS = harness.CORPUS.parent.parent / "benchmarks" / "workloads"
WORKLOAD_SCALE = "0.002"
SEED = {"PYTHONHASHSEED": "0"}


def count_independently(root, *arguments):
    """{(file, first line of the function, line): hits}, of the program and its forks, and how it ended."""
    words = [harness.PYTHON, harness.SUPPORT / "count_lines.py", root.parent / "counts", SCRIPT, *arguments]
    result = harness.run(words, cwd=root, env=SEED)
    hits = {}
    for dump in root.parent.glob("counts.*"):
        for file, first, line, count in json.loads(dump.read_text()):
            hits[file, first, line] = hits.get((file, first, line), 0) + count
    return hits, result


def below(hits, root):
    return {key: count for key, count in hits.items() if key[0].startswith(str(root) + os.sep)}


def differences(expected, counted):
    lines = []
    for key in sorted(expected.keys() | counted.keys()):
        want, got = expected.get(key, 0), counted.get(key, 0)
        if want != got:
            lines.append(f"{os.path.basename(key[0])}:{key[2]} (function at {key[1]}): {got} hits, not {want}")
    return "\n".join(lines)


class LineHits(unittest.TestCase):
    maxDiff = None

    def compare(self, name, files, *arguments, writes=True):
        """`writes`: the program may write into its directory, which is made anew for each run; else each finds the compiled
        modules of the one before."""
        with harness.workspace() as top:
            root = top / "own"
            harness.fill(root, files)
            expected, plain = count_independently(root, *arguments)
            self.assertTrue(expected, f"the counter saw nothing: {plain}")
            expected = below(expected, root)
            for own in set(files) - {SCRIPT}:
                seen = any(os.path.relpath(key[0], root).split(os.sep)[0] == own for key in expected)
                self.assertTrue(seen, f"{own} was not taken from the program's directory")
            for engine in ENGINES:
                with self.subTest(engine=engine):
                    if writes:
                        harness.fill(root, files)
                    words = ("--mode=line", f"--engine=line={engine}", SCRIPT, *arguments)
                    result, recording = harness.record(root, *words, name=str(top / "out.json"), env=SEED)
                    self.assertEqual((result.status, result.stdout), (plain.status, plain.stdout), plain.stderr.decode())
                    self.assertEqual(differences(expected, below(harness.line_hits(recording), root)), "")
                    self.check_times(name, recording)

    def with_each_engine(self, root, check):
        """Calls `check` with the recording of SCRIPT there."""
        for engine in ENGINES:
            with self.subTest(engine=engine):
                check(harness.record(root, "--mode=line", f"--engine=line={engine}", SCRIPT, env=SEED)[1])

    def check_times(self, name, recording):
        wall = recording["run"]["wall_ns"]
        for function in recording["sections"]["line"]["functions"]:
            where = f"{function['name']} at {function['file']}:{function['line']}"
            for row in function["lines"]:
                self.assertGreaterEqual(row["time_ns"], 0, where)
                if name not in SEVERAL_AT_ONCE - {"recursion"}:
                    self.assertLessEqual(row["time_ns"], wall, f"line {row['line']} of {where}")
            if name not in SEVERAL_AT_ONCE:
                self.assertLessEqual(sum(row["time_ns"] for row in function["lines"]), wall, where)
                self.assertLessEqual(function["total_ns"], wall, where)
        self.assertEqual(recording["run"]["losses"], {})

    def test_code_made_at_run_time_is_counted_under_its_label(self):
        program = 'source = "n = 0\\nfor i in range(3):\\n    n += i"\nexec(source)\nexec(compile(source, "<mine>", "exec"))\n'
        with harness.workspace({f"own/{SCRIPT}": program}) as top:
            expected, _ = count_independently(top / "own")
            expected = {key: n for key, n in expected.items() if key[0] in ("<string>", "<mine>")}

            def check(recording):
                counted = harness.line_hits(recording)
                self.assertEqual({key: n for key, n in counted.items() if key[0] in ("<string>", "<mine>")}, expected)

            self.with_each_engine(top / "own", check)

    def test_time_of_a_recursive_line_is_the_outermost_ones(self):
        program = (
            "import time\ndef down(n):\n    if n:\n        down(n - 1)\n    else:\n        time.sleep(0.2)\ndown(20)\n"
        )

        def check(recording):
            wall = recording["run"]["wall_ns"]
            down = next(f for f in recording["sections"]["line"]["functions"] if f["name"] == "down")
            rows = {row["line"]: row for row in down["lines"]}
            self.assertEqual({line: row["hits"] for line, row in rows.items()}, {3: 21, 4: 20, 6: 1})
            for line in (4, 6):
                self.assertGreaterEqual(rows[line]["time_ns"], 190_000_000)
                self.assertLessEqual(rows[line]["time_ns"], wall)
            self.assertLessEqual(down["total_ns"], wall)

        with harness.workspace({SCRIPT: program}) as root:
            self.with_each_engine(root, check)

    def test_a_line_has_the_time_of_what_it_calls_and_not_of_what_it_waits_for_as_a_generator(self):
        program = "import time\ndef slow():\n    yield 1\n    time.sleep(0.05)\n    yield 2\nfor _ in slow():\n    time.sleep(0.1)\n"

        def check(recording):
            times = {
                (f["name"], row["line"]): row["time_ns"] / 1e6
                for f in recording["sections"]["line"]["functions"]
                for row in f["lines"]
            }
            self.assertGreaterEqual(times["slow", 4], 45)
            self.assertLess(times["slow", 3], 90)  # suspended for 100 ms
            self.assertLess(times["slow", 5], 90)
            self.assertGreaterEqual(times["<module>", 7], 195)
            self.assertGreaterEqual(times["<module>", 6], 45)

        with harness.workspace({SCRIPT: program}) as root:
            self.with_each_engine(root, check)


class Corpus(unittest.TestCase):
    def test_uses_every_node_of_the_language(self):
        """Of 3.11's grammar: this test runs under it. What the parser makes no more is left out."""
        trees = [ast.parse(path.read_bytes()) for path in harness.CORPUS.glob("*.py")]
        used = {type(node) for tree in trees for node in ast.walk(tree)}
        kinds = (ast.stmt, ast.expr, ast.pattern, ast.operator, ast.boolop, ast.unaryop, ast.cmpop, ast.expr_context)
        old = ("Num", "Str", "Bytes", "NameConstant", "Ellipsis", "Index", "ExtSlice", "AugLoad", "AugStore", "Param", "Suite")
        every = {node for kind in kinds for node in kind.__subclasses__() if node.__name__ not in old}
        self.assertEqual(sorted(node.__name__ for node in every - used), [])


def compared(name, files, words, **options):
    return lambda self: self.compare(name, files, *words, **options)


for _name, _program in corpus_programs.corpus(ALONE).items():
    setattr(LineHits, f"test_corpus_{_name}", compared(_name, *_program))
_workloads = corpus_programs.in_one_process(sorted(WORKLOADS.glob("*.py")), WORKLOAD_SCALE)
LineHits.test_workloads = compared("workloads", *_workloads)
for _name, _files in library_programs.programs(SCRIPT).items():
    setattr(LineHits, f"test_library_{_name}", compared(_name, _files, (SCRIPT,), writes=False))

if __name__ == "__main__":
    unittest.main()
