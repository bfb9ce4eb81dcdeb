"""Alloc mode: the figures of every line are those of tracemalloc, and what a program's construction says they must be."""

import json
import os
import pathlib
import resource
import signal
import sys
import textwrap
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402
from alloc_programs import PROGRAMS, SNAPSHOT, WITHOUT_FREE_LISTS  # noqa: E402

SEED = {"PYTHONHASHSEED": "0"}
SCRIPT = "program.py"
BYTES_HEAD = sys.getsizeof(b"")

FOLLOWS_FREE_LISTS = os.path.realpath(harness.PYTHON) == os.path.realpath("/usr/bin/python3.11")


def sites_of(recording):
    return recording["sections"]["alloc"]["sites"]


def by_line(recording, file=SCRIPT):
    """{line: the sums of the sites of that line}."""
    lines = {}
    for site in sites_of(recording):
        if os.path.basename(site["file"]) == file:
            sums = lines.setdefault(site["line"], dict.fromkeys((k for k in site if k.endswith(("_bytes", "_count"))), 0))
            for name in sums:
                sums[name] += site[name]
    return lines


def named(recording, name):
    return next((s for s in sites_of(recording) if s["name"] == name), None)


def peak_of_code(recording):
    """Without what the interpreter's start left."""
    return recording["sections"]["alloc"]["peak_bytes"] - named(recording, "<interpreter start>")["peak_bytes"]


class Alloc(unittest.TestCase):
    maxDiff = None

    def record(self, text, *options, arguments=(), status=0, **more):
        with harness.workspace({SCRIPT: textwrap.dedent(text)}) as root:
            words = ["--mode=alloc", *options, SCRIPT, *(["--", *arguments] if arguments else [])]
            result, recording = harness.record(root, *words, **more)
            self.assertEqual(result.status, status, result)
            self.check_sums(recording)
            return recording

    def assert_near(self, value, expected, room=1000):
        """A line also holds what it took from a free list: a tuple of arguments, the room that a dict grew by."""
        self.assertTrue(expected <= value < expected + room, f"{value} is not {expected} and a little")

    def check_sums(self, recording):
        alloc = recording["sections"]["alloc"]
        self.assertEqual(recording["run"]["losses"], {})
        for name in ("peak_bytes", "live_bytes", "total_bytes", "total_count"):
            self.assertEqual(alloc[name], sum(site[name] for site in alloc["sites"]), name)
        for site in alloc["sites"]:
            self.assertTrue(all(site[name] >= 0 for name in site if name.endswith(("_bytes", "_count"))), site)
            self.assertLessEqual(site["temporary_count"], site["total_count"], site)

    # --- as tracemalloc has it

    def compare_with_tracemalloc(self, body, env, lines=None):
        """Of these lines of the program, or of all."""
        text = "import gc, os, tracemalloc\ngc.disable()\n" + textwrap.dedent(body) + SNAPSHOT
        last = text[: text.index("_before_the_snapshot")].count("\n")  # what the snapshot does is only there
        with harness.workspace({SCRIPT: text}) as root:
            plain = harness.run([harness.PYTHON, "-X", "tracemalloc=1", SCRIPT], cwd=root, env=env)
            self.assertEqual(plain.status, 0, plain)
            traced = {}
            for row in (root / "traced").read_text().splitlines():
                file, line, size, count = row.rsplit("|", 3)
                if os.path.basename(file) == SCRIPT and int(line) <= last:
                    traced[int(line)] = (int(size), int(count))
            result, recording = harness.record(root, "--mode=alloc", SCRIPT, env=env)
            self.assertEqual(result.status, 0, result)
        self.check_sums(recording)
        if lines:
            traced = {line: figures for line, figures in traced.items() if line in lines}
        booked = {line: (sums["live_bytes"], sums["live_count"]) for line, sums in by_line(recording).items()
                  if line <= last and sums["live_count"] and (not lines or line in lines)}
        self.assertEqual({line: count for line, (_, count) in booked.items()}, {line: count for line, (_, count) in traced.items()})
        for line, (size, _) in booked.items():
            # A class is kept under its address, an int of 28 or 32 bytes, and the two processes lie elsewhere.
            self.assertIn(abs(size - traced[line][0]), (0, 4), f"line {line}: {size}, not {traced[line][0]}")
        self.assertGreater(len(traced), 2)

    def test_as_tracemalloc_has_it_without_free_lists(self):
        for setting in (None, "debug"):
            with self.subTest(setting):
                self.compare_with_tracemalloc(WITHOUT_FREE_LISTS, SEED | {"PYTHONMALLOC": setting}, {7, 8, 11, 15, 17, 18})

    @unittest.skipUnless(FOLLOWS_FREE_LISTS, "only the default host sees objects that come from a free list")
    def test_as_tracemalloc_has_it(self):
        for name, body in PROGRAMS.items():
            with self.subTest(name):
                self.compare_with_tracemalloc(body, SEED)

    @unittest.skipUnless(FOLLOWS_FREE_LISTS, "only the default host sees objects that come from a free list")
    def test_as_tracemalloc_has_it_whatever_allocators_there_are(self):
        for setting in ("malloc", "pymalloc", "debug", "malloc_debug", "pymalloc_debug"):
            for name in ("sizes around the limit of small blocks", "threads that allocate without the interpreter lock"):
                with self.subTest(f"{setting}: {name}"):
                    self.compare_with_tracemalloc(PROGRAMS[name], SEED | {"PYTHONMALLOC": setting})

    def test_tracemalloc_in_the_program_sees_what_it_always_sees(self):
        text = """
            import tracemalloc
            tracemalloc.start()
            x = [bytes(1000) for _ in range(50)]
            s = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, __file__)])
            tracemalloc.stop()
            y = [bytes(2000) for _ in range(10)]
            print([(t.traceback[0].lineno, t.size, t.count) for t in s.statistics('lineno')])
            """
        with harness.workspace({SCRIPT: textwrap.dedent(text)}) as root:
            plain = harness.run([harness.PYTHON, SCRIPT], cwd=root)
            result, recording = harness.record(root, "--mode=alloc", SCRIPT)
        self.assertEqual((result.status, result.stdout), (plain.status, plain.stdout))
        self.check_sums(recording)
        self.assert_near(by_line(recording)[7]["live_bytes"], 10 * (2000 + BYTES_HEAD))

    # --- known by construction

    def test_a_list_of_blocks_of_one_size(self):
        recording = self.record("""
            def fill(keep):
                for i in range(100):
                    keep[i] = b"".join(
                        one)
            one = [bytes(5_000)] * 2
            rows = [None] * 100
            fill(rows)
            """)
        size = 100 * (10_000 + BYTES_HEAD)
        self.assertEqual(by_line(recording)[4], {"live_bytes": size, "live_count": 100, "total_bytes": size, "total_count": 100,
                                                 "peak_bytes": size, "peak_count": 100, "temporary_count": 0})
        self.assertEqual([s["name"] for s in sites_of(recording) if s["line"] == 4 and s["file"].endswith(SCRIPT)], ["fill"])

    def test_what_is_freed_at_once_is_temporary(self):
        recording = self.record("""
            def f():
                for i in range(100):
                    bytes(10_000)
                a = bytes(5000)
                for i in range(10):
                    a = bytes(5000)
            f()
            """)
        lines = by_line(recording)
        self.assertEqual(lines[4]["temporary_count"], 100)
        self.assert_near(lines[4]["total_bytes"], 100 * (10_000 + BYTES_HEAD))
        self.assert_near(lines[4]["live_bytes"], 0)
        # The one before is still there while the next is asked for; the last one goes with the frame.
        self.assertEqual(lines[7]["temporary_count"], 1)
        names = {s["line"]: s["name"] for s in sites_of(recording) if s["file"].endswith(SCRIPT)}
        self.assertEqual(names[4], "f")

    def test_the_peak_of_the_program_and_each_lines_part_in_it(self):
        recording = self.record("""
            a = bytes(1_000_000)
            b = bytes(3_000_000)
            del b
            c = bytes(2_000_000)
            del a, c
            """)
        lines = by_line(recording)
        for number, at_peak in ((2, 1_000_000 + BYTES_HEAD), (3, 3_000_000 + BYTES_HEAD), (5, 0)):
            self.assert_near(lines[number]["peak_bytes"], at_peak)
            self.assert_near(lines[number]["live_bytes"], 0)
        self.assertGreater(peak_of_code(recording), 4_000_000)
        self.assertLess(peak_of_code(recording), 5_000_000)

    def test_a_resizing_is_a_free_and_an_allocation(self):
        recording = self.record("""
            b = bytearray(1000)
            b.extend(bytes(9_000))
            del b[:]
            """)
        lines = by_line(recording)
        self.assert_near(lines[2]["live_bytes"], 56)  # the object; what it held was moved by line 3
        self.assertGreaterEqual(lines[3]["total_bytes"], 10_000)
        self.assert_near(lines[3]["live_bytes"], 0)
        self.assertLess(lines[4]["live_bytes"], 100)

    def test_failed_and_strange_requests_through_the_c_api(self):
        recording = self.record("""
            import ctypes
            api = ctypes.pythonapi
            for name in ("Malloc", "Calloc", "Realloc"):
                for domain in ("PyMem_Raw", "PyMem_", "PyObject_"):
                    f = getattr(api, domain + name); f.restype = ctypes.c_void_p
                    f.argtypes = [ctypes.c_void_p, ctypes.c_size_t] if name != "Malloc" else [ctypes.c_size_t]
            for domain in ("PyMem_Raw", "PyMem_", "PyObject_"):
                getattr(api, domain + "Free").argtypes = [ctypes.c_void_p]
                getattr(api, domain + "Free").restype = None
            kept = []
            for d in ("PyMem_Raw", "PyMem_", "PyObject_"):
                m, c, r, f = (getattr(api, d + n) for n in ("Malloc", "Calloc", "Realloc", "Free"))
                assert c(1 << 62, 16) is None and m(1 << 62) is None
                p = m(100_000)
                assert r(p, 1 << 62) is None  # the old block is still there
                kept.append(p)
                q = r(None, 50_000); q = r(q, 0); q = r(q, 60_000)
                f(q); f(None); f(m(0))
                z = c(100, 700)
                api.PyMem_RawFree(z) if d != "PyObject_" else f(z)
            """)
        lines = by_line(recording)
        self.assert_near(lines[15]["live_bytes"], 3 * 100_000)
        self.assert_near(lines[16]["live_bytes"], 0)
        self.assert_near(lines[18]["live_bytes"], 0)
        self.assert_near(lines[18]["total_bytes"], 3 * 110_000, 3000)
        self.assert_near(lines[20]["live_bytes"], 0)
        self.assert_near(lines[20]["total_bytes"], 3 * 70_000, 3000)

    def test_totals_do_not_depend_on_threads(self):
        recording = self.record("""
            import threading, zlib
            def work():
                data = bytes(1_000_000)
                for _ in range(20):
                    zlib.decompress(zlib.compress(data))
            threads = [threading.Thread(target=work) for _ in range(4)]
            for t in threads: t.start()
            for t in threads: t.join()
            """)
        line = by_line(recording)[4]
        self.assert_near(line["total_bytes"], 4 * (1_000_000 + BYTES_HEAD))
        self.assert_near(line["live_bytes"], 0)
        self.assert_near(by_line(recording)[6]["live_bytes"], 0)
        self.assertGreater(by_line(recording)[6]["total_bytes"], 80 * 1_000_000)

    # --- how it ends

    def test_what_lives_when_the_program_dies(self):
        for ending, status in (("os._exit(3)", 3), ("os.kill(os.getpid(), 9)", -signal.SIGKILL), ("os.abort()", -signal.SIGABRT),
                               ("os.execv('/bin/true', ['true'])", 0), ("raise SystemExit(4)", 4)):
            with self.subTest(ending):
                recording = self.record(f"import os\nkeep = bytes(1_000_000)\n{ending}\n", status=status)
                self.assert_near(by_line(recording)[2]["live_bytes"], 1_000_000 + BYTES_HEAD)

    def test_atexit_handlers_are_the_programs(self):
        recording = self.record("""
            import atexit
            keep = []
            @atexit.register
            def last():
                keep.append(bytes(70_000))
            """)
        self.assert_near(by_line(recording)[6]["live_bytes"], 70_000 + BYTES_HEAD)

    def test_a_fork_counts_from_zero(self):
        recording = self.record("""
            import os
            a = bytes(1_000_000)
            if os.fork() == 0:
                del a
                b = bytes(400_000)
                os._exit(0)
            os.wait()
            """)
        lines = by_line(recording)
        self.assertEqual(len(recording["run"]["processes"]), 2)
        self.assert_near(lines[3]["live_bytes"], 1_000_000 + BYTES_HEAD)
        self.assert_near(lines[6]["live_bytes"], 400_000 + BYTES_HEAD)
        self.assertEqual(lines[6]["peak_bytes"], 0)  # the parent's peak is the larger one
        self.assertLess(peak_of_code(recording), 1_300_000)

    # --- what is watched

    def test_the_rest_is_one_row_where_a_pattern_chooses(self):
        text = """
            import json
            def f(): return bytes(10_000)
            def g(): return bytes(20_000)
            @profile
            def h(): return bytes(30_000)
            keep = [f(), g(), h(), json.loads("[1000]" * 1)]
            """
        for option, names in (("--only=:f", "f"), ("--exclude=:g", "fh"), ("--only=program:g", "g"),
                              ("--only=program.py", "fgh"), ("--only=@profile", "h")):
            with self.subTest(option):
                recording = self.record(text, option)
                shown = {s["name"] for s in sites_of(recording) if s["file"].endswith(SCRIPT)}
                self.assertEqual(shown - {"<module>"}, set(names))
                self.assertEqual("<module>" in shown, option in ("--exclude=:g", "--only=program.py"))
                rest = named(recording, "<not watched>") or {"total_bytes": 0}
                self.assertGreater(rest["total_bytes"], {"--only=program.py": 0}.get(option, 10_000))

    def test_pause_resume_and_regions(self):
        recording = self.record("""
            import pyharness
            a = bytes(10_000)
            pyharness.pause()
            b = bytes(20_000)
            del a
            pyharness.resume()
            c = bytes(30_000)
            """)
        lines = by_line(recording)
        self.assert_near(lines[3]["total_bytes"], 10_000 + BYTES_HEAD)
        self.assert_near(lines[3]["live_bytes"], 0)
        self.assertNotIn(5, lines)
        self.assert_near(lines[8]["live_bytes"], 30_000 + BYTES_HEAD)
        recording = self.record("""
            import pyharness
            a = bytes(10_000)
            with pyharness.watch():
                b = bytes(20_000)
                del a
            c = bytes(30_000)
            """)
        self.assertEqual({n: v["live_bytes"] // 1000 for n, v in by_line(recording).items() if v["live_bytes"] > 5000}, {5: 20})

    def test_with_other_modes(self):
        recording = self.record("keep = [bytes(10_000) for _ in range(3)]\n", "--mode=line,alloc")
        self.assertEqual(by_line(recording)[1]["live_count"] >= 3, True)
        self.assertIn("line", recording["sections"])

    # --- small machines, and the report

    @harness.unless_sanitized("the shadow memory takes terabytes of address space")
    def test_little_address_space(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (100 << 20, resource.RLIM_INFINITY))  # noqa: E731
        with harness.workspace({SCRIPT: "x = [bytes(1000) for _ in range(5000)]\nprint(len(x))\n"}) as root:
            result, recording = harness.record(root, "--mode=alloc", SCRIPT, preexec_fn=limit)
        self.assertEqual((result.status, result.stdout), (0, b"5000\n"), result)
        self.assertGreaterEqual(by_line(recording)[1]["live_bytes"], 5000 * 1033)

    @harness.unless_sanitized("the shadow memory takes terabytes of address space")
    def test_memory_runs_out(self):
        text = "keep = []\ntry:\n    while True: keep.append(bytes(200_000))\nexcept MemoryError: print(len(keep) > 10)\n"
        limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (200 << 20, resource.RLIM_INFINITY))  # noqa: E731
        with harness.workspace({SCRIPT: text}) as root:
            result, recording = harness.record(root, "--mode=alloc", SCRIPT, preexec_fn=limit)
        self.assertEqual((result.status, result.stdout), (0, b"True\n"), result)
        self.assertGreater(by_line(recording)[3]["live_bytes"], 2_000_000)

    def test_the_report(self):
        with harness.workspace({SCRIPT: "keep = bytes(50_000_000)\n"}) as root:
            result = harness.run(harness.run_words("--mode=alloc", "--top=1", SCRIPT), cwd=root)
            text = result.stderr.decode()
            self.assertIn("[ Top 1 ] by what they held when the program held the most\n"
                          "program.py:1: size=47.7 MiB, count=", text)
            self.assertIn("\n    keep = bytes(50_000_000)\n    peak 47.7 MiB, end 47.7 MiB, total 47.7 MiB: ", text)
            harness.record(root, "--mode=alloc", SCRIPT)
            again = harness.run([harness.PYHARNESS, "report", "out.json"], cwd=root)
            self.assertIn(b"program.py:1: size=47.7 MiB", again.stdout + again.stderr)
            merged = json.loads((root / "out.json").read_bytes())
            self.assertEqual(merged["run"]["modes"], ["timer", "alloc"])


if __name__ == "__main__":
    unittest.main()
