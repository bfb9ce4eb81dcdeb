"""What a program can say itself, by `import pyharness`: pausing, watched regions, which modes are active."""

import pathlib
import sys
import textwrap
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402


class InTheProgram(unittest.TestCase):
    def hits(self, program, *words):
        with harness.workspace({"script.py": program}) as root:
            result, recording = harness.record(root, "--mode=line", *words, "script.py")
            self.assertEqual(result.status, 0, result)
            return harness.hits_of(recording, "f")

    CALLS = "import pyharness\ndef f():\n    return 1\nf()\nf()\n{}\nf()\n{}\nf()\nf()\nf()\n"

    def test_pause_and_resume(self):
        self.assertEqual(self.hits(self.CALLS.format("pyharness.pause()", "pyharness.resume()")), {3: 5})
        self.assertEqual(self.hits(self.CALLS.format("pyharness.pause()", "")), {3: 2})
        self.assertEqual(self.hits(self.CALLS.format("", "pyharness.resume()"), "--start-paused"), {3: 3})
        self.assertEqual(self.hits(self.CALLS.format("", ""), "--start-paused"), {})

    def test_watch(self):
        program = self.CALLS.format("with pyharness.watch():\n    f()\n    with pyharness.watch(): f()\n    f()", "")
        self.assertEqual(self.hits(program, "--start-paused"), {3: 3})
        self.assertEqual(self.hits(program), {3: 3})

    def test_active(self):
        for mode, modes in {"none": "set()", "timer": "['timer']", "line": "['line', 'timer']"}.items():
            program = "import pyharness\nprint(sorted(pyharness.active()) or set())\n"
            self.assertEqual(harness.run(harness.run_words("-q", f"--mode={mode}", "-c", program)).stdout.decode(), modes + "\n")

    def test_what_is_offered_has_signatures(self):
        program = "import inspect, pyharness as p\nprint(*map(inspect.signature, (profile, p.profile, p.pause, p.resume, p.active)))"
        self.assertEqual(harness.run(harness.run_words("-q", "--mode=none", "-c", program)).stdout, b"(f, /) (f, /) () () ()\n")

    def test_a_module_of_that_name_wins(self):
        files = {"script.py": "import pyharness, _pyharness\nprint(pyharness.mine, _pyharness.active())", "pyharness.py": "mine = 1"}
        with harness.workspace(files) as root:
            self.assertEqual(harness.run(harness.run_words("-q", "--mode=none", "script.py"), cwd=root).stdout, b"1 set()\n")

    def test_published_module_does_nothing_without_us(self):
        share = pathlib.Path(__file__).resolve().parents[2] / "share" / "pyharness.py"
        program = self.CALLS.format("pyharness.pause()", "with pyharness.watch(): pyharness.resume()") + "print(pyharness.profile(f)(), pyharness.active())"
        with harness.workspace({"script.py": program, "pyharness.py": share}) as root:
            self.assertEqual(harness.run([harness.PYTHON, "script.py"], cwd=root).stdout, b"1 set()\n")
            ours = harness.run(harness.run_words("-q", "script.py"), cwd=root)
            self.assertEqual(ours.stdout, b"1 {'timer'}\n")


class StandIns(unittest.TestCase):
    """Programs written for line_profiler and memory_profiler, which -S hides where they are installed."""

    SCRIPT = """
        import contextlib, io, subprocess, sys, types, warnings
        from line_profiler import LineProfiler, profile
        import memory_profiler

        def added(): return 1
        def wrapped(x): return x
        def through(x, self=0): return x + self
        @profile
        def global_one(): return 4
        @memory_profiler.profile
        def plain(): return 5
        @memory_profiler.profile(precision=4, stream=sys.stderr)
        def with_arguments(): return 6
        class C:
            def method(self): return 7
        def unmarked(): return 8

        lp = LineProfiler(through)
        lp.add_function(added)
        print(lp(wrapped)(2), lp.runcall(through, 3, self=1), [added() for _ in range(2)], global_one(), plain(), with_arguments())
        lp.enable(); lp.disable(); lp.enable_by_count(); lp.disable_by_count()
        with lp: added()
        print(lp.run("ran = unmarked()") is lp, ran, lp.runctx("x = added()", {"added": added}, {}) is lp)
        own = types.ModuleType("own")
        C.__module__ = "own"; own.C = C; own.join = print
        print(lp.add_module(own), C().method())
        stream = io.StringIO()
        lp.print_stats(stream=stream, output_unit=1e-3, stripzeros=True)
        profile.enable(output_prefix="p"); profile.disable(); profile.show(); profile.write_config["lprof"] = False
        with warnings.catch_warnings(record=True) as said:
            lp.dump_stats("stats.lprof")
        print(repr(stream.getvalue()), profile.enabled, len(said))
        for name in "memory_usage", "LineStats":
            try: exec(f"from {'memory' if 'm' == name[0] else 'line'}_profiler import {name}")
            except ImportError: print("no", name)
        if len(sys.argv) == 1: subprocess.run([sys.executable, "-S", __file__, "child"], check=True, stdout=subprocess.DEVNULL)
    """
    SAYS = (b"2 4 [1, 1] 4 5 6\nTrue 8 True\n1 7\n'' True 1\nno memory_usage\nno LineStats\n")

    def test_functions_are_watched_in_the_program_and_in_its_children(self):
        with harness.workspace({"script.py": textwrap.dedent(self.SCRIPT)}) as root:
            result, recording = harness.record(root, "--mode=line", "--python-option=-S", "script.py")
            self.assertEqual((result.status, result.stdout, result.stderr), (0, self.SAYS, b""))
            self.assertEqual([entry.name for entry in root.iterdir() if "prof" in entry.name], [])
        marked = {f["name"] for f in recording["sections"]["line"]["functions"] if f.get("marked")}
        self.assertEqual(marked, {"added", "wrapped", "through", "global_one", "plain", "with_arguments", "C.method"})
        self.assertEqual(sum(harness.hits_of(recording, "added").values()), 8)

    def test_nothing_happens_in_other_modes(self):
        with harness.workspace({"script.py": textwrap.dedent(self.SCRIPT)}) as root:
            for mode, words in {"timer": [], "none": ["in the program alone"]}.items():
                command = harness.run_words("-q", f"--mode={mode}", "--python-option=-S", "script.py", *words)
                result = harness.run(command, cwd=root)
                self.assertEqual((result.status, result.stdout, result.stderr), (0, self.SAYS, b""))

    def test_the_real_ones_win(self):
        files = {"script.py": "import line_profiler, memory_profiler\nprint(line_profiler.mine, memory_profiler.mine)",
                 "line_profiler.py": "mine = 1", "memory_profiler/__init__.py": "mine = 2"}
        with harness.workspace(files) as root:
            self.assertEqual(harness.run(harness.run_words("-q", "script.py"), cwd=root).stdout, b"1 2\n")


if __name__ == "__main__":
    unittest.main()
