"""Line mode's fast engine, in the ways that reading it as its enemy has found: code objects that end in odd moments, frames
that end unheard, what the program can still see of it, and which code within generated code is watched."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import engines  # noqa: E402
import harness  # noqa: E402

ENGINES = engines.engines_of("line")

# CPython puts off the destruction of what is nested 50 levels deep: a code object is gone long before its constants.
DEFERRED = """
import types
def code_of(number):
    module = compile(f"def f():\\n  return {number}\\n", __file__, "exec")
    return next(c for c in module.co_consts if isinstance(c, types.CodeType))
class Last:
    def __init__(self, code, others): self.code, self.others = code, others
    def __del__(self):
        kept.extend(types.FunctionType(other, {}) for other in self.others)
        told.append(types.FunctionType(self.code, {})())
kept, told = [], []
for depth in range(40, 60):
    code = code_of(1000 + depth)
    nest = (Last(code, [code_of(2000 + depth + 100 * i) for i in range(5)]), types.FunctionType(code, {}))
    for _ in range(depth): nest = (nest,)
    del nest
print(told == list(range(1040, 1060)))
"""

# The program's code runs where code objects are let go: once they have become many.
ENDINGS_THAT_RUN_CODE = """
import weakref
def again(_): exec(compile("for i in range(2): eval(c)", "<again>", "exec"), {"c": compile("1", "<one>", "eval")})
kept = []
for i in range(2000):
    code = compile("x = 1", "<some>", "exec")
    kept.append(weakref.ref(code, again))
    for _ in range(2): exec(code, {})
print(len(kept))
"""

# Each sleeps once it has left a frame that nothing but its own end tells of.
ENDS = """
import atexit, time
def work(): time.sleep(0.002)
def inner():
    try: yield
    except ValueError:
        return 1
def outer():
    yield from inner()
    work()
o = outer(); next(o)
try: o.throw(ValueError())
except StopIteration: pass
def cleared():
    try: yield
    finally:
        x = 1
c = cleared(); next(c)
def clear():
    c.gi_frame.clear()
    work()
clear()
def failing():
    raise SystemExit
atexit.register(work)
failing()
"""

SEEN = """
import gc, sys, types
def generator(): yield sys._getframe()
async def coroutine(): pass
async def asynchronous(): yield
g = generator(); frame = next(g); c = coroutine(); a = asynchronous()
def ours(code): return any("pyharness" in repr(type(constant)) for constant in code.co_consts)
for each in (g, frame, c, a, generator):
    print([ours(x) for x in gc.get_referents(each) if isinstance(x, types.CodeType)])
c.close()

# Instructions with EXTENDED_ARGs, which a tracer of opcodes hears of one by one.
names = "".join(f"    x{i} = {i + 1000} + y\\n" for i in range(300))
exec(f"def f(y):\\n{names}    while y < 3:\\n        y += 1\\n        z = [x1, x2]\\n{names}    return y\\n")
def tracer(frame, what, _):
    frame.f_trace_opcodes = True
    if what != "call": print(what, frame.f_lineno, frame.f_lasti)
    return tracer
sys.settrace(tracer)
f(0)
sys.settrace(None)
"""

TRACED = """
import sys
def f(n):
    for i in range(n): x = i
def tracer(frame, what, _): return tracer
f(2)
sys.settrace(tracer)
f(3)
sys.settrace(None)
f(4)
"""

NAMES = """
def f():
    def g(): return 1
    return g()
def h(): return f()
class A:
    def f(self): return 2
h(); A().f()
exec("def k():\\n  def f(): return 3\\n  return f()\\nk()")
"""

ALLOCATIONS = "def f(n):\n    return [str(i) for i in range(n)]\nkept = f(100)\nclass A:\n    def m(self): return 1\n"


def functions_of(recording):
    return {function["name"] for function in recording["sections"]["line"]["functions"]}


class NamesWithinGeneratedCode(unittest.TestCase):
    def test_patterns_are_asked_of_each_function(self):
        everything = {"<module>", "A", "A.f", "f", "f.<locals>.g", "h", "k", "k.<locals>.f"}
        of_patterns = {"--exclude=__main__:f": everything - {"f"}, "--exclude=:*.f": everything - {"A.f", "k.<locals>.f"},
                       "--exclude=:h": everything - {"h"}, "--only=:f": {"f"}, "--only=__main__:k*": {"k", "k.<locals>.f"}}
        for engine in ENGINES:
            for pattern, expected in of_patterns.items():
                with self.subTest(engine=engine, pattern=pattern), harness.workspace() as root:
                    _, recording = harness.record(root, f"--engine=line={engine}", "--mode=line", pattern, "-c", NAMES)
                    self.assertEqual(functions_of(recording), expected)


@unittest.skipUnless("instrumented" in ENGINES, "this interpreter's line mode does not instrument")
class Instrumented(unittest.TestCase):
    def runs_as_ever(self, program):
        with harness.workspace({"script.py": program}) as root:
            plain = harness.run([harness.PYTHON, "script.py"], cwd=root)
            ours = harness.run(harness.run_words("-q", "--mode=line", "--only=*", "script.py"), cwd=root)
        self.assertEqual(plain.status, 0, plain)
        self.assertEqual((ours.status, ours.stdout, ours.stderr), (plain.status, plain.stdout, plain.stderr))

    def test_code_that_is_gone_before_its_constants(self):
        self.runs_as_ever(DEFERRED)

    def test_code_that_runs_code_when_it_ends(self):
        self.runs_as_ever(ENDINGS_THAT_RUN_CODE)

    def test_what_the_program_sees(self):
        self.runs_as_ever(SEEN)

    def test_what_has_ended_takes_no_time(self):
        with harness.workspace({"script.py": ENDS}) as root:
            _, recording = harness.record(root, "--mode=line", "script.py")
        functions = {f["name"]: f for f in recording["sections"]["line"]["functions"]}
        called = {"inner": 0, "cleared": 0, "<module>": functions["failing"]["total_ns"]}
        for name, expected in called.items():
            last = max(functions[name]["lines"], key=lambda row: row["line"])
            # What ran after it would be as if it had called that; some nanoseconds are rounded.
            self.assertAlmostEqual(last["time_ns"] - last["own_ns"], expected, delta=100, msg=name)

    def test_a_tracer_of_the_programs_own_takes_nothing_from_it(self):
        with harness.workspace({"script.py": TRACED}) as root:
            _, recording = harness.record(root, "--mode=line", "script.py")
        self.assertEqual(harness.hits_of(recording, "f"), {4: 3 + 4 + 5})
        self.assertEqual(recording["run"]["losses"], {})

    def test_names_of_files_that_nobody_watches_are_not_kept(self):
        program = ("import gc, sys\n"
                   "class Name(str):\n"
                   "    alive = 0\n"
                   "    def __init__(self, *_): Name.alive += 1\n"
                   "    def __del__(self): Name.alive -= 1\n"
                   "for i in range(30_000): exec(compile('1', Name('/usr/lib/none.py'), 'exec'), {})\n"
                   "print(Name.alive < 20_000)\n")
        with harness.workspace({"script.py": program}) as root:
            result = harness.run(harness.run_words("-q", "--mode=line", "script.py"), cwd=root)
        self.assertEqual((result.status, result.stdout), (0, b"True\n"), result)

    def test_its_own_memory_is_not_the_programs(self):
        of_modes = {}
        for mode in ("alloc", "line,alloc"):
            with harness.workspace({"script.py": ALLOCATIONS}) as root:
                _, recording = harness.record(root, f"--mode={mode}", "script.py")
                of_modes[mode] = {(site["name"], site["line"]): (site["live_bytes"], site["total_bytes"])
                                  for site in recording["sections"]["alloc"]["sites"]
                                  if site["file"].endswith("script.py") and (site["name"] != "<module>" or site["line"] == 1)}
        self.assertEqual(of_modes["alloc"], of_modes["line,alloc"])


if __name__ == "__main__":
    unittest.main()
