"""Named timers: counts known by construction, the same with every engine and beside every mode; the program does not notice."""

import pathlib
import sys
import textwrap
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import engines  # noqa: E402
import harness  # noqa: E402

SHARE = pathlib.Path(__file__).resolve().parents[2] / "share" / "pyharness.py"

PROGRAM = """
    import asyncio, contextlib, dis, functools, inspect, os, sys, threading
    import pyharness

    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)
    fib(10)                                         # 177
    threads = [threading.Thread(target=fib, args=(5,)) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()            # 4 * 15

    def gen(n):
        for i in range(n):
            yield i
    assert sum(gen(5)) == 10
    closed, dropped, waits = gen(5), gen(5), gen(5)
    next(closed), next(dropped), next(waits)
    closed.close()
    del dropped
    try: gen(3).throw(KeyError)                     # never ran
    except KeyError: pass
    gen(3)
    def outer_gen():
        yield from gen(2)
    list(outer_gen())

    def boom(deep):
        try:
            if deep: boom(deep - 1)
            else: raise ValueError
        finally:
            pass
    for _ in range(2):
        try: boom(2)
        except ValueError: pass

    async def nap(n):
        for _ in range(n): await asyncio.sleep(0)
        return n
    async def numbers():
        for i in range(3):
            await asyncio.sleep(0)
            yield i
    async def main():
        assert await asyncio.gather(*map(nap, range(4))) == [0, 1, 2, 3]
        assert [i async for i in numbers()] == [0, 1, 2]
        task = asyncio.ensure_future(nap(1000))
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError): await task
    asyncio.run(main())

    class Thing:
        def method(self): return [i for i in range(3)]
        @staticmethod
        def static(): pass
        @property
        def size(self): return 1
        def __getitem__(self, i): return i
    thing = Thing()
    for i in range(3): thing.method(), Thing.static(), thing.size, thing[i]
    twice = lambda x: 2 * x
    assert sorted([3, 1, 2], key=twice) == [1, 2, 3]
    make = lambda: (lambda: 0)
    for _ in range(3): make()()

    @pyharness.timer
    def decorated(): return 1
    @pyharness.timer("mine")
    def named(): yield 1
    @pyharness.timer("mine")
    def also(): return 1
    @pyharness.timer
    @functools.lru_cache
    def cached(): return 1
    for _ in range(3): decorated(), list(named()), also(), cached()
    assert decorated.__name__ == "decorated" and inspect.isfunction(decorated)

    load = pyharness.timer("load")
    with load:
        with load: pass
    with contextlib.ExitStack() as stack: stack.enter_context(load)
    with contextlib.suppress(KeyError):
        with load: raise KeyError

    if hasattr(os, "fork") and "fork" in sys.argv:
        def forks():
            if os.fork() == 0:
                fib(1)
                return
            os.wait()
        forks()
    if "die" in sys.argv:
        def die(): os.kill(os.getpid(), 9)
        die()
"""

FUNCTIONS = {"fib": 237, "gen": 5, "outer_gen": 1, "boom": 6, "nap": 5, "numbers": 1, "main": 1, "Thing.method": 3,
             "Thing.static": 3, "Thing.size": 3, "Thing.__getitem__": 3, "<lambda>": 6, "<lambda>.<locals>.<lambda>": 3,
             "decorated": 3, "cached": 1}
BY_NAME = {"mine": 6, "load": 4}


def counts_of(recording):
    return {timer["name"]: timer["count"] for timer in recording["sections"]["timer"].get("timers", [])}


class NamedTimers(unittest.TestCase):
    maxDiff = None

    def counts(self, program, *words, arguments=(), status=0, files=None):
        with harness.workspace({"script.py": textwrap.dedent(program), **(files or {})}) as root:
            result, recording = harness.record(root, *words, "script.py", "--", *arguments)
            self.assertEqual(result.status, status, result)
            self.assertNotIn("foreign_code", recording["run"]["losses"])
            for timer in recording["sections"]["timer"].get("timers", []):
                self.assertEqual(sum(n for _, n in timer["histogram"]), timer["count"])
                self.assertLessEqual(timer["min_ns"], timer["median_ns"])
                self.assertLessEqual(timer["median_ns"], timer["p99_ns"])
                self.assertLessEqual(timer["p99_ns"], timer["max_ns"])
                self.assertLessEqual(timer["max_ns"], timer["total_ns"])
            return counts_of(recording)

    EXPECTED = {**{f"script:{name}": count for name, count in FUNCTIONS.items()}, **BY_NAME}

    def test_counts_with_every_engine(self):
        for engine in engines.engines_of("timer"):
            with self.subTest(engine):
                self.assertEqual(self.counts(PROGRAM, "--time=script.py", f"--engine=timer={engine}"), self.EXPECTED)

    def test_counts_beside_every_mode(self):
        for mode in ("line", "profile", "alloc"):
            with self.subTest(mode):
                self.assertEqual(self.counts(PROGRAM, "--time=script.py", f"--mode={mode}"), self.EXPECTED)
        for engine in engines.engines_of("line")[1:]:
            with self.subTest(engine):
                self.assertEqual(self.counts(PROGRAM, "--time=script.py", "--mode=line", f"--engine=line={engine}"), self.EXPECTED)

    def test_line_hits_are_what_they_are_without(self):
        program = "import pyharness\n@pyharness.timer\n@profile\ndef f():\n    return 1\n@profile\n@pyharness.timer\ndef g():\n    return 1\nf(); g(); g()\n"
        with harness.workspace({"script.py": program}) as root:
            for words in ((), ("--only=@profile",), ("--time=script.py", "--only=@profile")):
                _, recording = harness.record(root, "--mode=line", *words, "script.py")
                self.assertEqual((harness.hits_of(recording, "f"), harness.hits_of(recording, "g")), ({5: 1}, {9: 2}), words)
                self.assertEqual(counts_of(recording), {"script:f": 1, "script:g": 2}, words)

    def test_only_what_was_asked_for(self):
        self.assertEqual(self.counts(PROGRAM, "--time=:fib", "--time=script:Thing.*"),
                         {**{name: n for name, n in self.EXPECTED.items() if "fib" in name or "Thing" in name},
                          **BY_NAME, "script:decorated": 3})

    def test_fork_and_death(self):
        # The child's own: fib(1), which is 1 more; and forks() is its parent's.
        expected = {**self.EXPECTED, "script:fib": 238, "script:forks": 1}
        self.assertEqual(self.counts(PROGRAM, "--time=script.py", arguments=["fork"]), expected)
        self.assertEqual(self.counts(PROGRAM, "--time=script.py", arguments=["die"], status=-9), {**self.EXPECTED, "script:die": 1})

    def test_repetitions_add(self):
        self.assertEqual(self.counts("def f(): pass\nf()\nf()\n", "--time=:f", "--repeat=3"), {"script:f": 6})

    def test_pauses(self):
        program = "import pyharness\ndef f(): pass\nf()\npyharness.pause()\nf()\npyharness.resume()\nf()\n"
        self.assertEqual(self.counts(program, "--time=:f"), {"script:f": 2})

    def test_the_programs_own_profiler_and_tracer(self):
        program = """
            import sys
            def f(): return 1
            def run(install):
                install(lambda *event: None)
                f()
                install(None)
                f()
            run(sys.setprofile)
            run(sys.settrace)
            assert sys.getprofile() is None and sys.gettrace() is None
        """
        for engine in engines.engines_of("timer"):
            self.assertEqual(self.counts(program, "--time=:f", f"--engine=timer={engine}"), {"script:f": 4}, engine)

    def test_the_program_does_not_notice(self):
        program = """
            import dis, inspect, marshal, sys, traceback
            def f(x):
                if x: raise ValueError(x)
                return sys._getframe().f_code, sys._getframe().f_lasti
            def g():
                yield sys._getframe().f_code
            code, at = f(0)
            assert code is f.__code__ and next(g()) is g.__code__ and g().gi_code is g.__code__
            print(marshal.loads(marshal.dumps(code)) == code, code.co_code.hex(), at, f.__code__.co_stacksize, len(list(dis.get_instructions(f))))
            try: f(1)
            except ValueError as e: print(traceback.format_exc(), e.__traceback__.tb_next.tb_lasti)
            def tracer(frame, event, arg):
                frame.f_trace_opcodes = True
                seen.append((event, frame.f_lineno, frame.f_lasti))
                return tracer
            seen = []
            sys.settrace(tracer); f(0); sys.settrace(None)
            print(seen)
        """
        with harness.workspace({"script.py": textwrap.dedent(program)}) as root:
            plain = harness.run([harness.PYTHON, "script.py"], cwd=root)
            ours = harness.run(harness.run_words("-q", "--time=script.py", "script.py"), cwd=root)
            self.assertEqual(plain.status, 0, plain)
            self.assertEqual(ours, plain)

    def test_the_published_module_without_us(self):
        with harness.workspace({"script.py": textwrap.dedent(PROGRAM) + "print('done', pyharness.timer(fib) is fib)", "pyharness.py": SHARE}) as root:
            self.assertEqual(harness.run([harness.PYTHON, "script.py"], cwd=root), harness.Result(0, b"done True\n", b""))
            ours = harness.run(harness.run_words("-q", "script.py"), cwd=root)
            self.assertEqual((ours.status, ours.stdout), (0, b"done True\n"), ours)

    def test_reports(self):
        with harness.workspace({"script.py": "def f(): pass\nfor _ in range(1000): f()\n"}) as root:
            words = ("-o", "text:-", "-o", "csv:out.csv", "-o", "markdown:out.md", "-o", "out.json", "--time=:f", "script.py")
            result = harness.run(harness.run_words("-q", *words), cwd=root)
            self.assertEqual(result.status, 0, result)
            self.assertRegex(result.stdout.decode(), r"Named timers: .*\n(.*\n)* +count +total +min +median +p99 +max  name\n +1,000 .*  script:f\n")
            self.assertRegex((root / "out.csv").read_text(), r"\ntimer,count,total_ns,.*\nscript:f,1000,\d+,")
            self.assertIn("script:f", (root / "out.md").read_text())
            again = harness.pyharness("report", "out.json", "out.json", cwd=root)
            self.assertRegex((again.stdout + again.stderr).decode(), r" 2,000 .*  script:f\n")

    def test_refused(self):
        result = harness.run(harness.run_words("--mode=none", "--time=:f", "-c", "pass"))
        self.assertEqual((result.status, result.stderr.count(b"\n")), (harness.OWN_FAILURE, 1), result)


if __name__ == "__main__":
    unittest.main()
