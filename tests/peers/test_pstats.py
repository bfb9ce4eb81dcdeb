"""The pstats file, read by the pstats of every Python that is here, and set beside what cProfile writes itself."""

import ast
import cProfile
import json
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cprofile_recording  # noqa: E402
import harness  # noqa: E402
import pythons  # noqa: E402

# Prints the dict in the file; types and the order of keys show.
LOAD = "import marshal, sys\nprint(ascii(marshal.load(open(sys.argv[1], 'rb'))))\n"

USE_ALL = """
import io, pstats, sys
out = io.StringIO()
stats = pstats.Stats(sys.argv[1], stream=out)
stats.add(sys.argv[1])
stats.sort_stats('cumulative', 'name').print_stats(5)
stats.print_callers()
stats.print_callees()
stats.strip_dirs().sort_stats('nfl').reverse_order().print_stats()
stats.print_callers('main')
if hasattr(stats, 'get_stats_profile'):
    stats.get_stats_profile()
stats.dump_stats(sys.argv[2])
again = pstats.Stats(sys.argv[2])
print(again.total_calls, again.prim_calls, out.getvalue().count('main'))
"""

PROGRAM = """
import functools, json
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
class Shape:
    def area(self):
        return max(self.sides(), key=lambda side: -side)
    def sides(self):
        yield from range(3)
def main():
    def inner():
        return [fib(n) for n in range(8)]
    inner()
    Shape().area()
    json.loads(json.dumps({'a': [1, 2.5, None]}))
main()
"""


def profiled(program, file="/work/app.py"):
    """What cProfile counts of `program`."""
    profile = cProfile.Profile()
    names = {"__name__": "app"}
    profile.runctx(compile(program, file, "exec"), names, names)
    profile.create_stats()
    return profile.stats


def in_nanoseconds(stats):
    """The dict with times as a recording can hold them."""

    def rounded(seconds):
        return cprofile_recording.ns(seconds) / 1e9

    return {
        key: (cc, nc, rounded(tt), rounded(ct), {k: (n, c, rounded(t), rounded(u)) for k, (n, c, t, u) in callers.items()})
        for key, (cc, nc, tt, ct, callers) in stats.items()
    }


class Pstats(unittest.TestCase):
    def report(self, root, recording, *words):
        (root / "a.json").write_text(json.dumps(recording))
        result = harness.pyharness("report", "a.json", *words, cwd=root)
        self.assertEqual((result.status, result.stderr), (0, b""), result)
        return result.stdout.decode()

    def python(self, python, code, *words):
        result = subprocess.run([python, "-I", "-c", code, *words], capture_output=True, text=True, timeout=60)
        self.assertEqual((result.returncode, result.stderr), (0, ""), python)
        return result.stdout

    def loaded(self, root, recording, python=harness.PYTHON):
        self.report(root, recording, "-o", "a.prof")
        return ast.literal_eval(self.python(python, LOAD, str(root / "a.prof")))

    def test_it_is_what_cprofile_writes(self):
        stats = in_nanoseconds(profiled(PROGRAM))
        recording = cprofile_recording.of_stats(stats)
        with harness.workspace() as root:
            for python in pythons.found():
                with self.subTest(python=python):
                    # As text, so that 1, 1.0 and True differ.
                    loaded = self.loaded(root, recording, python)
                    self.assertEqual(list(map(ascii, loaded)), list(map(ascii, stats)))
                    for key, expected in stats.items():
                        callers = dict(sorted(loaded[key][4].items()))
                        self.assertEqual(ascii((*loaded[key][:4], callers)), ascii((*expected[:4], dict(sorted(expected[4].items())))))

    def test_every_client_can_use_it(self):
        stats = profiled(PROGRAM)
        calls, primitive = (2 * sum(entry[i] for entry in stats.values()) for i in (1, 0))
        with harness.workspace() as root:
            self.report(root, cprofile_recording.of_stats(stats), "-o", "a.pstats")
            for python in pythons.found():
                with self.subTest(python=python):
                    said = self.python(python, USE_ALL, str(root / "a.pstats"), str(root / "b.pstats")).split()
                    self.assertEqual(said[:2], [str(calls), str(primitive)])
                    self.assertGreater(int(said[2]), 5)
                    browsed = subprocess.run(
                        [python, "-m", "pstats", str(root / "a.pstats")], timeout=60, capture_output=True, text=True,
                        input="strip\nsort cumulative\nstats 4\ncallers fib\ncallees main\nadd a.pstats\nquit\n", cwd=root,
                    )  # fmt: skip
                    self.assertEqual((browsed.returncode, browsed.stderr), (0, ""))
                    self.assertIn("app.py:3(fib)", browsed.stdout)

    def test_figures_beyond_32_bits_and_hostile_names(self):
        long = "f" * 300
        functions = {
            ("~", 0, "<built-in method builtins.len>"): (2**31 - 1, 2**31, 1, 2),
            ("~", 0, "a.b.c"): (2**45 + 1, 2**63 - 1, 999_999_999_999_999_999, 10**9),
            ("/work/\u6f22 \u00e9.py", 2**32 - 1, "K.<locals>.\u00fcber"): (2**15, 2**30, 123_456_789, 0),
            ("<string>", 1, long): (0, 0, 0, 0),
            ("", 0, ""): (1, 1, 0, 0),
            ("/work/\x00\n\x1b[31m.py", 5, "a.\x00\u202e"): (1, 1, 0, 0),
            ("/work/\U0001f600.py", 1, "<module>"): (1, 1, 0, 0),
        }
        keys = list(functions)
        edges = {(keys[1], keys[2]): (2**40, 3, 1, 2), (keys[2], keys[2]): (4, 0, 3, 4)}
        plain = {key: (*key[:2], key[2] if key[0] == "~" else key[2].rpartition(".")[2]) for key in keys}
        expected = {plain[key]: (cc, nc, tt / 1e9, ct / 1e9, {}) for key, (nc, cc, tt, ct) in functions.items()}
        for (caller, callee), (nc, cc, tt, ct) in edges.items():
            expected[plain[callee]][4][plain[caller]] = (nc, cc, tt / 1e9, ct / 1e9)
        with harness.workspace() as root:
            for python in pythons.found():
                with self.subTest(python=python):
                    loaded = self.loaded(root, cprofile_recording.recording(functions, edges), python)
                    self.assertEqual(ascii(loaded), ascii(expected))

    def test_functions_that_the_file_cannot_tell_apart_are_one(self):
        functions = {
            ("/work/a.py", 1, "main"): (1, 1, 10, 100),
            ("/work/a.py", 5, "A.f"): (3, 2, 20, 30),
            ("/work/a.py", 5, "B.f"): (5, 5, 40, 50),
            ("/work/a.py", 6, "B.f"): (1, 1, 0, 0),
        }
        main, a, b, other = functions
        edges = {(main, a): (2, 2, 20, 30), (main, b): (5, 5, 40, 50), (a, b): (1, 1, 1, 2), (b, other): (1, 1, 0, 0)}
        f = ("/work/a.py", 5, "f")
        with harness.workspace() as root:
            loaded = self.loaded(root, cprofile_recording.recording(functions, edges))
        self.assertEqual(loaded, {
            ("/work/a.py", 1, "main"): (1, 1, 1e-8, 1e-7, {}),
            f: (7, 8, 6e-8, 8e-8, {main: (7, 7, 6e-8, 8e-8), f: (1, 1, 1e-9, 2e-9)}),
            ("/work/a.py", 6, "f"): (1, 1, 0.0, 0.0, {f: (1, 1, 0.0, 0.0)}),
        })  # fmt: skip


class Text(unittest.TestCase):
    """Our text beside what pstats prints of our file."""

    ROW = re.compile(r"^ *(\d+(?:/\d+)?) +(\d+\.\d{3}) +(\d+\.\d{3})? +(\d+\.\d{3}) +(\d+\.\d{3})? (\S.*)$", re.MULTILINE)
    CALL = re.compile(r"(?:<-|->|^ ) +(\d+(?:/\d+)?) +(\d+\.\d{3}) +(\d+\.\d{3})  (\S.*)$", re.MULTILINE)

    @classmethod
    def setUpClass(cls):
        stats = profiled(PROGRAM)
        # A function that was never left has no call; one that only recursion reached has no primitive one.
        stats[("/work/open.py", 3, "open")] = (0, 0, 0.25, 0.5, {})
        stats[("/work/open.py", 7, "again")] = (0, 3, 0.125, 0.75, {("/work/open.py", 3, "open"): (3, 0, 0.125, 0.75)})
        cls.recording = cprofile_recording.of_stats(stats)

    def both(self, sort, ours, theirs):
        """What we print with the words `ours`, and what pstats prints with the call `theirs`."""
        with harness.workspace({"a.json": json.dumps(self.recording)}) as root:
            words = ["--sort=" + ",".join(sort), "--top=0", *ours]
            text = harness.pyharness("report", "a.json", "-o", "a.prof", "-o", "-", *words, cwd=root)
            self.assertEqual((text.status, text.stderr), (0, b""))
            code = f"import pstats\npstats.Stats('a.prof').sort_stats(*{sort!r}).{theirs}"
            pstats = subprocess.run([harness.PYTHON, "-c", code], cwd=root, capture_output=True, text=True, check=True)
        return text.stdout.decode(), pstats.stdout

    @staticmethod
    def base_names(rows):
        """Rows whose functions stand without directories: these are shown otherwise."""
        return [(*row[:-1], re.sub(r"^[^<{(]*/", "", row[-1])) for row in rows]

    def test_rows_figures_and_order(self):
        for sort in (
            ["time"], ["tottime"], ["cumulative"], ["cumtime"], ["calls"], ["ncalls"], ["pcalls"], ["line"], ["name"],
            ["filename"], ["module"], ["nfl"], ["stdname"], ["cumu"], ["ti"], ["p"], ["calls", "stdname"],
            ["file", "line"], ["name", "cumtime", "nfl"],
        ):  # fmt: skip
            with self.subTest(sort=sort):
                ours, theirs = self.both(sort, [], "print_stats()")
                rows = self.base_names(self.ROW.findall(ours))
                self.assertGreater(len(rows), 20)
                self.assertEqual(rows, self.base_names(self.ROW.findall(theirs)))
                for line in (r"^ +\d+ function calls.*", "^   Ordered by: .*", r"^ *ncalls  tottime .*"):
                    said = [re.search(line, text, re.MULTILINE).group().strip() for text in (ours, theirs)]
                    self.assertEqual(*said)

    def test_callers_and_callees(self):
        for option, call in (("--callers", "print_callers"), ("--callees", "print_callees")):
            for pattern in ("fib", "app.py", "len|iter", r"\(m", "^{", "."):
                with self.subTest(option=option, pattern=pattern):
                    ours, theirs = self.both(["stdname"], [f"{option}={pattern}"], f"{call}({pattern!r})")
                    ours = ours[ours.rindex("Ordered by") :]
                    rows = self.base_names(self.CALL.findall(ours))
                    self.assertEqual(sorted(rows), sorted(self.base_names(self.CALL.findall(theirs))))
                    reduced = [re.findall("List reduced from .*", text) for text in (ours, theirs)]
                    self.assertEqual(reduced[0], [line.replace("\\\\", "\\") for line in reduced[1]])


if __name__ == "__main__":
    unittest.main()
