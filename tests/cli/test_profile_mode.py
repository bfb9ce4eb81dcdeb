"""What --mode=profile books, by programs whose calls are known by construction: threads, forks, every way to end, pauses,
which code is watched, and the program's own profilers. That the counts are cProfile's is in test_profile_calls.py."""

import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

FIBONACCI = "def f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)\n"  # f(10) is 177 calls
NESTED = (
    "import time\ndef outer():\n    inner()\n    time.sleep(0.02)\ndef inner():\n    time.sleep(0.01)\n    len('x')\n"
    "def main():\n    outer()\n    inner()\nmain()\n"
)


class Graph:
    """The profile section by names; what a test asks for must be there once."""

    def __init__(self, recording):
        section = recording["sections"]["profile"]
        self.functions = section["functions"]
        self.edges = section["edges"]

    def all(self, name):
        return [f for f in self.functions if f["name"] == name or f"method {name}>" in f["name"]]

    def one(self, name):
        (function,) = self.all(name)
        return function

    def calls(self, name):
        """(calls, primitive calls), (0, 0) where it is not there."""
        found = self.all(name)
        return (found[0]["calls"], found[0]["primitive_calls"]) if found else (0, 0)

    def edge(self, caller, callee):
        ends = [self.functions.index(self.one(name)) for name in (caller, callee)]
        (edge,) = [e for e in self.edges if [e["caller"], e["callee"]] == ends]
        return edge

    def names(self, file="script.py"):
        return {f["name"] for f in self.functions if f["file"].endswith("/" + file)}


class Profile(unittest.TestCase):
    def profile(self, program, *words, status=0, losses=None, files=None, options=()):
        with harness.workspace({"script.py": program, **(files or {})}) as root:
            result, recording = harness.record(root, "--mode=profile", *options, "script.py", *words)
            self.assertEqual(result.status, status, result)
            self.assertEqual(recording["run"]["losses"], losses or {})
            self.result = result
            self.recording = recording
            return Graph(recording)

    def test_time_is_where_it_is_spent(self):
        graph = self.profile(NESTED)
        milliseconds = {}
        for name in ("outer", "inner", "main", "time.sleep"):
            function = graph.one(name)
            milliseconds[name] = function["self_ns"] / 1e6, function["cumulative_ns"] / 1e6
        self.assertLess(max(milliseconds[name][0] for name in ("outer", "inner", "main")), 8)
        self.assertGreaterEqual(milliseconds["time.sleep"][0], 40)
        self.assertGreaterEqual(milliseconds["outer"][1], 30)
        self.assertGreaterEqual(milliseconds["inner"][1], 20)
        self.assertGreaterEqual(milliseconds["main"][1], 40)
        self.assertGreaterEqual(graph.edge("outer", "inner")["cumulative_ns"], 10_000_000)
        self.assertGreaterEqual(graph.edge("outer", "time.sleep")["self_ns"], 20_000_000)
        self.assertGreaterEqual(self.recording["run"]["wall_ns"], graph.one("main")["cumulative_ns"])

    def test_without_builtins_their_time_is_their_callers(self):
        graph = self.profile(NESTED, options=["--no-builtins"])
        self.assertEqual([f for f in graph.functions if f["file"] == "~"], [])
        self.assertGreaterEqual(graph.one("inner")["self_ns"], 20_000_000)
        self.assertGreaterEqual(graph.one("outer")["self_ns"], 20_000_000)
        self.assertEqual(graph.calls("inner"), (2, 2))

    def test_files_are_absolute_labels_stay_and_names_are_qualified(self):
        graph = self.profile("class A:\n    def m(self):\n        return (lambda: 1)()\nA().m()\nexec('def g(): pass\\ng()')\n")
        self.assertEqual(graph.names(), {"<module>", "A", "A.m", "A.m.<locals>.<lambda>"})
        self.assertTrue(graph.one("A.m")["file"].startswith("/"))
        self.assertEqual((graph.one("g")["file"], graph.one("g")["line"]), ("<string>", 1))
        self.assertTrue(any(f["file"].startswith("<frozen ") for f in graph.functions))

    def test_threads_are_profiled_from_their_first_call_and_added_up(self):
        program = FIBONACCI + (
            "import threading, _thread, time\n"
            "threads = [threading.Thread(target=f, args=(10,)) for _ in range(4)]\n"
            "for t in threads: t.start()\nfor t in threads: t.join()\n"
            "_thread.start_new_thread(f, (10,))\ntime.sleep(0.2)\n"
        )
        graph = self.profile(program)
        self.assertEqual(graph.calls("f"), (5 * 177, 5))
        edge = graph.edge("f", "f")
        self.assertEqual((edge["calls"], edge["primitive_calls"]), (5 * 176, 10))
        self.assertEqual(graph.calls("Thread._bootstrap"), (4, 4))

    def test_threads_at_once_are_no_recursion(self):
        program = (
            "import threading\ntogether = threading.Barrier(3)\ndef f():\n    together.wait()\n"
            "threads = [threading.Thread(target=f) for _ in range(3)]\n"
            "for t in threads: t.start()\nfor t in threads: t.join()\n"
        )
        self.assertEqual(self.profile(program).calls("f"), (3, 3))

    def test_forked_processes_are_added_up_and_what_was_open_counts_once(self):
        for leave in ("", "os._exit(0)"):
            program = FIBONACCI + (
                "import os\ndef main():\n    pid = os.fork()\n    f(10)\n"
                f"    if pid: os.waitpid(pid, 0)\n    else:\n        {leave or 'pass'}\nmain()\n"
            )
            with self.subTest(leave=leave):
                graph = self.profile(program)
                self.assertEqual(graph.calls("f"), (2 * 177, 2))
                self.assertEqual(graph.calls("main"), (1, 1))
                self.assertEqual(graph.edge("main", "f")["calls"], 2)
                self.assertEqual(graph.calls("posix.fork"), (1, 1))

    def test_what_is_open_when_the_program_ends_is_booked_until_then(self):
        program = (
            "import os, signal, sys, time\ndef f(n):\n    if n:\n        return f(n - 1)\n    time.sleep(0.05)\n    {}\nf(9)\n"
        )
        for leave, status in {
            "os.kill(os.getpid(), signal.SIGKILL)": -signal.SIGKILL,
            "os._exit(3)": 3,
            "os.execv('/bin/true', ['true'])": 0,
            "sys.exit(4)": 4,
            "raise ValueError": 1,
        }.items():
            with self.subTest(leave=leave):
                graph = self.profile(program.format(leave), status=status)
                self.assertEqual(graph.calls("f"), (10, 1))
                self.assertGreaterEqual(graph.one("f")["cumulative_ns"], 50_000_000)
                self.assertLessEqual(graph.one("f")["cumulative_ns"], self.recording["run"]["wall_ns"])
                self.assertEqual(graph.edge("f", "f")["calls"], 9)
                self.assertEqual(graph.edge("f", "time.sleep")["calls"], 1)

    def test_a_hundred_thousand_calls_deep(self):
        graph = self.profile(
            "import sys\nsys.setrecursionlimit(10**6)\ndef f(n):\n    return n and f(n - 1)\nf(100_000)\n"
        )
        self.assertEqual(graph.calls("f"), (100_001, 1))

    def test_exceptions_close_what_they_leave(self):
        program = (
            "def f(n):\n    if n: f(n - 1)\n    int('no')\n"
            "for _ in range(3):\n    try: f(4)\n    except ValueError: pass\n"
        )
        self.assertEqual(self.profile(program).calls("f"), (15, 3))

    def test_a_generator_is_called_at_each_resumption(self):
        program = "def g():\n    yield 1\n    yield 2\nlist(g())\nx = g(); next(x); x.close()\n"
        calls = 4 if harness.VERSION == (3, 13) else 5  # 3.13 closes a generator without running it where nothing waits for that
        self.assertEqual(self.profile(program).calls("g"), (calls, calls))

    def test_code_made_in_a_loop_is_one_function(self):
        graph = self.profile("for i in range(2000):\n    exec('def made(): pass\\nmade()')\n    eval(f'{i} + {i}')\n")
        made = graph.all("made")
        self.assertEqual([f["calls"] for f in made], [2000])
        self.assertLess(len([f for f in graph.functions if f["file"] == "<string>"]), 4)

    def test_pauses_and_regions(self):
        program = (
            "import pyharness\ndef f():\n    return len('x')\ndef main():\n    f()\n    f()\n    {}\n    f()\n    {}\n    f()\nmain()\n"
        )
        for first, second, options, f, main in (
            ("pyharness.pause()", "pyharness.resume()", [], 3, 1),
            ("pyharness.pause()", "", [], 2, 1),
            ("", "pyharness.resume()", ["--start-paused"], 1, 0),
            ("", "", ["--start-paused"], 0, 0),
            ("with pyharness.watch(): f(); f()", "", [], 2, 0),
        ):
            with self.subTest(first=first, second=second, options=options):
                graph = self.profile(program.format(first, second), options=options)
                self.assertEqual(graph.calls("f")[0], f)
                self.assertEqual(graph.calls("main")[0], main)
                if f:
                    self.assertEqual(graph.edge("main", "f")["calls"], f)

    def test_code_that_is_not_watched_is_part_of_its_caller(self):
        files = {"mod.py": "import time\ndef g(call):\n    time.sleep(0.02)\n    call()\ndef h(): pass\n"}
        program = "import mod\ndef f():\n    mod.g(back)\ndef back():\n    mod.h()\n    len('x')\nf()\n"
        graph = self.profile(program, files=files, options=["--exclude=mod"])
        self.assertEqual(graph.names("mod.py"), set())
        self.assertGreaterEqual(graph.one("f")["self_ns"], 20_000_000)
        self.assertEqual(graph.edge("f", "back")["calls"], 1)
        self.assertEqual(graph.edge("back", "builtins.len")["calls"], 1)
        self.assertEqual(graph.calls("time.sleep"), (0, 0))
        graph = self.profile(program, files=files, options=["--only=mod:g", "--only=:back"])
        self.assertEqual({f["name"] for f in graph.functions if f["file"] != "~"}, {"g", "back"})
        self.assertEqual(graph.edge("g", "time.sleep")["calls"], 1)
        self.assertEqual(graph.edge("g", "back")["calls"], 1)

    def test_only_what_is_decorated(self):
        program = "def f(): return g()\ndef g(): return 1\nf()\ng = profile(g)\nf()\n"
        self.assertEqual(self.profile(program).names(), {"<module>", "f", "g"})
        graph = self.profile(program, options=["--only=@profile"])
        self.assertEqual({f["name"] for f in graph.functions}, {"g"})
        self.assertEqual(graph.calls("g"), (1, 1))

    def test_the_programs_own_profiler_takes_our_place_for_a_while(self):
        program = (
            "import cProfile, sys\ndef f(): pass\ndef main():\n    f()\n    {}\n    f()\n    {}\n    f()\n    f()\n"
            "main()\nassert sys.getprofile() is None\n"
        )
        # From 3.12 on the two do not take the same place.
        losses, calls = ({"profilers_set_by_the_program": 1}, 3) if harness.VERSION < (3, 12) else ({}, 4)
        for begin, end in (
            ("sys.setprofile(lambda *a: None)", "sys.setprofile(None)"),
            ("p = cProfile.Profile(); p.enable()", "p.disable()"),
            ("import ctypes; t = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_void_p] * 2, ctypes.c_int, ctypes.c_void_p)"
             "(lambda *a: 0); ctypes.pythonapi.PyEval_SetProfile(t, None)", "ctypes.pythonapi.PyEval_SetProfile(None, None)"),
        ):
            with self.subTest(begin=begin):
                graph = self.profile(program.format(begin, end), losses=losses)
                self.assertEqual(graph.calls("f"), (calls, calls))
                self.assertEqual(graph.calls("main"), (1, 1))
                self.assertEqual(graph.edge("main", "f")["calls"], calls)

    def test_a_method_without_its_object_is_no_call(self):
        program = (
            "def f():\n    for bad in (lambda: list.append(), lambda: list.append(5, 1), lambda: str.upper()):\n"
            "        try: bad()\n        except TypeError: pass\n    list.append([], 1); [].append(2); str.upper('x')\nf()\n"
        )
        graph = self.profile(program)
        self.assertEqual(graph.calls("<method 'append' of 'list' objects>"), (2, 2))
        self.assertEqual(graph.calls("<method 'upper' of 'str' objects>"), (1, 1))

    def test_in_repetitions_all_adds_up(self):
        graph = self.profile("import abc\nclass A(abc.ABC): pass\nA()\n" + FIBONACCI + "f(10)\n", options=["--repeat=3"])
        self.assertEqual(graph.calls("f"), (3 * 177, 3))
        keys = [(f["file"], f["line"], f["name"]) for f in graph.functions]
        self.assertEqual(len(set(keys)), len(keys))
        self.assertEqual([key for key in keys if "0x" in key[2]], [])

    def test_beside_the_text_report(self):
        with harness.workspace({"script.py": NESTED}) as root:
            result = harness.run(harness.run_words("--mode=profile", "script.py"), cwd=root)
            self.assertEqual(result.status, 0)
            self.assertTrue(result.stderr.startswith(b"pyharness timer, profile: script.py\n"), result.stderr)


class Options(unittest.TestCase):
    def refused(self, *words):
        result = harness.pyharness("run", *words, "-c", "print('ran')")
        self.assertEqual((result.status, result.stdout), (harness.OWN_FAILURE, b""), result)
        self.assertEqual(result.stderr.count(b"\n"), 1, result.stderr)
        return result.stderr.decode()

    def test_modes_that_skew_each_other(self):
        self.assertIn("line", self.refused("--mode=profile,line"))

    def test_an_option_of_a_mode_that_does_not_run(self):
        self.assertIn("--mode=profile", self.refused("--no-builtins"))
        self.assertIn("--mode=profile", self.refused("--mode=line", "--no-builtins"))

    def test_engines(self):
        sentence = self.refused("--mode=profile", "--engine", "profile=setprofil")
        self.assertIn("Did you mean 'setprofile'?", sentence)
        self.assertIn("--mode=line", self.refused("--mode=profile", "--engine=line=trace"))
        self.assertIn("MODE=NAME", self.refused("--mode=profile", "--engine=setprofile"))
        here, elsewhere = ("setprofile", "monitoring") if harness.VERSION < (3, 12) else ("monitoring", "setprofile")
        words = ("-q", "--mode=profile", f"--engine=profile={here}", "-c", "print('ran')")
        self.assertEqual(harness.run(harness.run_words(*words)).stdout, b"ran\n")
        self.assertIn("does not work in Python", self.refused("--python", harness.PYTHON, "--mode=profile", f"--engine=profile={elsewhere}"))

    def test_list_shows_them(self):
        text = harness.pyharness("list").stdout.decode()
        for word in ("profile", "setprofile", "instrumented", "trace", "--no-builtins"):
            self.assertIn(word, text)


if __name__ == "__main__":
    unittest.main()
