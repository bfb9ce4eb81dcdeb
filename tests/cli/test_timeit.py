"""`pyharness timeit`: what `python -m timeit` says and does, and what it has beyond. No test looks at how long anything takes."""

import csv
import json
import pathlib
import re
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

try:
    import pyperf
except ImportError:
    pyperf = None
try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "share" / "recording.schema.json"
FIRST_LINE = re.compile(r"(\d+) loops?, best of (\d+): \d+(\.\d+)?(e[+-]\d+)? (nsec|usec|msec|sec) per loop\n")
BRIEF = ("-n", "3", "-r", "2")


def python(*words, **options):
    return harness.run([harness.PYTHON, "-m", "timeit", *words], **options)


def timeit(*words, **options):
    return harness.pyharness("timeit", "--python", harness.PYTHON, *words, **options)


def shape(text):
    """The text with every time as T: what differs from run to run."""
    return re.sub(r"\d+(\.\d+)?(e[+-]?\d+)? (nsec|usec|msec|sec)\b", "T", text)


class AsPython(unittest.TestCase):
    def both(self, *words):
        ours, theirs = timeit(*words), python(*words)
        self.assertEqual(ours.status, theirs.status, ours)
        return ours, theirs

    def first_lines(self, ours, theirs):
        count = len(theirs.stdout.decode().splitlines())
        return "".join(ours.stdout.decode().splitlines(True)[:count])

    def test_the_output_begins_with_pythons(self):
        for words in (
            ["-n", "3", "-r", "2", "pass"],
            ["-n3", "-r1", "-s", "x = 5", "-s", "y = x", "x", "y"],
            ["--number=1", "--repeat", "0", "-p", "-u", "nsec", "[]"],
            ["--num", "2", "--rep=3", "--uni=sec", "--proc", "[]"],
            ["-vn4", "-r3", "print(7)"],
            ["-vv", "-n", "1", "-r", "2", "--", "-5"],
            ["-n", "1_0"],
        ):
            with self.subTest(words=words):
                ours, theirs = self.both(*words)
                self.assertEqual(shape(self.first_lines(ours, theirs)), shape(theirs.stdout.decode()))
                self.assertRegex(ours.stdout.decode(), FIRST_LINE)

    def test_the_number_of_loops_is_found_out(self):
        ours = timeit("-v", "-r", "1", "time.sleep(0.06)").stdout.decode()
        told, _, rest = ours.partition("\n\n")
        tried = [line.split()[0] for line in told.splitlines()]
        self.assertEqual(tried, ["1", "2", "5"][: len(tried)])
        for line in told.splitlines():
            self.assertRegex(line, r"^\d+ loops? -> \d\.\d+ secs$")
        self.assertRegex(shape(rest), rf"^raw times: T\n\n{tried[-1]} loops?, best of 1: ")

    def test_what_the_statement_sees(self):
        program = ("import __main__, sys; "
                   "print(__name__, __main__.__spec__.name, sys.argv, sys.path, sys.flags, gc.isenabled(), __file__, len(sys.modules) > 9)")
        with harness.workspace({"local_module.py": "x = 1\n"}) as root:
            words = ["-n", "1", "-r", "1", "-s", "import local_module", program]
            self.assertEqual(timeit(*words, cwd=root).stdout.splitlines()[0], python(*words, cwd=root).stdout.splitlines()[0])

    def test_failing_statements(self):
        for statement in ("1 / 0", "import sys; sys.exit(3)", "raise KeyboardInterrupt", "x = (", "import no_such_module"):
            with self.subTest(statement=statement):
                ours, theirs = self.both(*BRIEF, statement)
                self.assertEqual(ours.stdout, b"")
                self.assertEqual(ours.stderr.splitlines()[-1], theirs.stderr.splitlines()[-1])
                self.assertIn(ours.stderr.splitlines()[1:][-1], theirs.stderr)
                self.assertNotIn(b"<string>", ours.stderr)

    def test_one_that_ends_its_process(self):
        self.assertEqual(timeit(*BRIEF, "import os; os._exit(5)").status, 5)
        self.assertEqual(timeit(*BRIEF, "import os; os.kill(os.getpid(), 9)").status, -signal.SIGKILL)
        gone = timeit(*BRIEF, "import os; os._exit(0)")
        self.assertEqual((gone.status, gone.stdout), (harness.OWN_FAILURE, b""))
        self.assertIn(b"there is no result", gone.stderr)

    def test_an_interrupt_is_pythons(self):
        process = harness.start([harness.PYHARNESS, "timeit", "--python", harness.PYTHON, "-n1", "-s",
                                 "print('begun', flush=True)", "__import__('time').sleep(600)"])
        self.assertEqual(process.stdout.readline(), b"begun\n")
        process.send_signal(signal.SIGINT)
        result = harness.finish(process)
        self.assertEqual(result.status, 1)
        self.assertTrue(result.stderr.endswith(b"KeyboardInterrupt\n"), result)

    def test_its_warning(self):
        statement = "time.sleep(0.1 if not l else 0); l.append(1)"
        words = ["-n", "1", "-r", "4", "-s", "l = globals().setdefault('l', [])", statement]
        ours, theirs = self.both(*words)
        self.assertIn(b":0: UserWarning: The test results are likely unreliable. The worst time (", theirs.stderr)
        self.assertEqual(shape(ours.stderr.decode()), shape(theirs.stderr.decode()))

    def test_what_is_refused(self):
        for words, sentence in (
            (["-x"], "there is no option -x."),
            (["--verss", "1"], "Did you mean '--versus'?"),
            (["-u", "hours"], "Use nsec, usec, msec or sec."),
            (["-n", "many"], "--number takes a whole number"),
            (["-n"], "--number needs a value."),
            (["--process=1"], "--process takes no value."),
            (["-o", "x.pstats"], "pstats has nothing to show"),
            (["-o", "x.json", "-o", "x.json"], "two reports would go to x.json."),
            (["-o", "/nowhere/x.json"], "/nowhere"),
            (["--processes", "0"], "--processes takes a whole number from 1 on"),
        ):
            with self.subTest(words=words):
                result = timeit(*words)
                self.assertEqual((result.status, result.stdout), (harness.OWN_FAILURE, b""))
                self.assertIn(sentence, result.stderr.decode())
                self.assertEqual(result.stderr.count(b"\n"), 1)


class Beyond(unittest.TestCase):
    def recorded(self, *words, name="x.json"):
        with harness.workspace() as root:
            result = timeit("-o", name, *words, cwd=root)
            self.assertEqual(result.status, 0, result)
            again = harness.pyharness("report", name, cwd=root)
            self.assertEqual(again.stdout, result.stdout)
            return result.stdout.decode(), json.loads((root / name).read_text())

    def test_the_recording(self):
        text, recording = self.recorded("-n", "2", "-r", "3", "-s", "x = 1", "x", "x", "--versus", "[x]", "--processes", "2")
        self.assertEqual(recording["run"]["modes"], ["timeit"])
        self.assertEqual(recording["run"]["argv"][1:3], ["-m", "timeit"])
        self.assertEqual(len(recording["run"]["processes"]), 2)
        section = recording["sections"]["timeit"]
        self.assertEqual([s["stmt"] for s in section["statements"]], ["x\nx", "[x]"])
        for statement in section["statements"]:
            self.assertEqual((statement["loops"], len(statement["totals_ns"]), statement["processes"]), (2, 6, [3, 3]))
        self.assertRegex(text, FIRST_LINE)
        self.assertIn("2 loops, best of 6: ", text)
        self.assertIn("x ...", text)
        if jsonschema is not None:
            jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(recording)

    def test_several_processes_have_hash_seeds_of_their_own(self):
        result = timeit(*BRIEF, "--processes", "3", "-s", "print('seed', hash('a'))", "pass", env={"PYTHONHASHSEED": None})
        seeds = {line for line in result.stdout.splitlines() if line.startswith(b"seed")}
        self.assertEqual(len(seeds), 3)

    def test_statements_take_turns(self):
        result = timeit("-q", "-n", "1", "-r", "2", "--versus", "print('b')", "print('a')")
        self.assertEqual((result.status, result.stdout), (0, b"a\nb\na\nb\n"))

    def test_the_ranking(self):
        text, _ = self.recorded("-n", "1", "sum(range(9999))", "--versus", "sum(range(99))")
        self.assertIn("1 loop, best of 10: ", text)
        self.assertRegex(text, r"\n(\d+(\.\d+)? times as fast as the next: sum|Between the two fastest)")
        self.assertRegex(text, r"\n  +1\.00 .* sum\(range\(9+\)\)\n")

    def test_tables(self):
        with harness.workspace() as root:
            result = timeit(*BRIEF, "-o", "x.csv", "-o", "markdown:-", "a = 1", "-o", "x.json", cwd=root)
            self.assertIn(b"| `a = 1` |", result.stdout)
            self.assertTrue(result.stdout.startswith(b"### pyharness"), result)  # nothing else on stdout
            rows = list(csv.DictReader((root / "x.csv").read_text().splitlines()))
        self.assertEqual([(row["statement"], row["process"], row["repeat"], row["loops"]) for row in rows],
                         [("a = 1", "1", "1", "3"), ("a = 1", "1", "2", "3")])

    def test_pyperf_reads_what_it_is_given(self):
        with harness.workspace() as root:
            timeit("-n", "5", "-r", "2", "[]", "--versus", "[]", "--processes", "2", "-o", "x.pyperf.json", cwd=root)
            document = json.loads((root / "x.pyperf.json").read_text())
            self.assertEqual([b["metadata"]["name"] for b in document["benchmarks"]], ["[]", "[] (2)"])
            self.assertEqual([len(run["values"]) for run in document["benchmarks"][0]["runs"]], [2, 2])
            if pyperf is None:
                self.skipTest("pyperf is not installed; its shape alone was looked at")
            for command in (["stats", "x.pyperf.json"], ["compare_to", "x.pyperf.json", "x.pyperf.json"]):
                result = harness.run([sys.executable, "-m", "pyperf", *command], cwd=root)
                self.assertEqual(result.status, 0, result)

    def test_options_of_ours_behind_the_statement(self):
        hinted = timeit("-q", *BRIEF, "n = 1", "-n")
        self.assertIn(b"'-n' behind the statement is a line of it", hinted.stderr)


if __name__ == "__main__":
    unittest.main()
