"""Cases of side_by_side.py: code objects, functions, frames and tracebacks as the program itself sees them.

Line mode's fast engine works on code, so nothing of it may show here."""

from side_by_side import code

PROGRAM = '''
def plain(a, b=2, *c, k=None, **d):
    """Doc."""
    total = 0
    for i in range(a):
        if i % 2: continue
        total += i * b
    else:
        total += len("xyz")
    while total > 100: total -= 1
    return total

def walks(n):
    try:
        for i in range(n):
            got = yield i
            if got: n += got
    except (KeyError, ValueError) as error:
        yield repr(error)
    finally:
        last = yield from (x for x in "ab")
    return last

def guards(x):
    with open(__file__) as f, f as g:
        try:
            return [y for y in (1 / z for z in x)]
        except ZeroDivisionError:
            raise KeyError(
                x
            ) from None
        finally:
            x = None

async def waits(x):
    async with x as y:
        return [await z async for z in y]

class Holder:
    x: int = 1
    def method(self): return self.x, __class__
    @property
    def value(self):
        return lambda: self

def closes(a):
    def inner(b):
        nonlocal a
        a += b
        return a
    return inner

FUNCTIONS = [plain, walks, guards, waits, Holder.method, Holder.value.fget, closes]

def codes():
    todo = [f.__code__ for f in FUNCTIONS]
    while todo:
        code = todo.pop()
        yield code
        todo += [c for c in code.co_consts if hasattr(c, "co_code")]

def exercise():
    log = [plain(5), plain(90), closes(1)(2)]
    for kind in (None, KeyError, OSError):
        g = walks(2)
        log.append(next(g))
        try: log.append(g.throw(kind) if kind else g.send(1)); log.append(list(g))
        except Exception as error: log.append(repr(error))
    for x in ((1, 2), (0,)):
        try: log.append(guards(x))
        except KeyError as error: log.append(repr(error))
    log.append(Holder().method()[0]); Holder().value()
    return log
'''


def looks(name, text, **options):
    code("code_" + name, "from program import *\n" + text, files={"program.py": PROGRAM}, **options)


FIELDS = """exercise()
for c in codes():
    print({n: getattr(c, n) for n in sorted(dir(c)) if n.startswith("co_") and not callable(getattr(c, n)) and n not in %r})
    print(%s)
"""
looks("fields", FIELDS % (("co_code", "co_consts", "co_exceptiontable", "co_linetable", "co_lnotab", "co_stacksize", "_co_code_adaptive"), "c"))
looks("bytes", FIELDS % ((), "c.co_code, c.co_stacksize, c.co_exceptiontable, len(c.co_consts)"))
looks("lines_and_positions", FIELDS % (("co_code",), "list(c.co_lines()), list(c.co_positions())"))
looks("disassembled", "import dis\nfor _ in range(30): exercise()\nfor f in FUNCTIONS: dis.dis(f); dis.show_code(f); print(dis.Bytecode(f).info())\nprint([list(dis.findlinestarts(c)) for c in codes()], [i.opname for c in codes() for i in dis.get_instructions(c)])\ng = walks(3); next(g); print(dis.Bytecode(g).dis()); exec('try: guards((0,))\\nexcept KeyError as e: tb = e.__traceback__.tb_next'); print(dis.Bytecode.from_traceback(tb).dis())")
# Version 2 of marshal: later ones write what happens to be shared in memory.
looks("marshalled", "import hashlib, marshal, pickle\nfor _ in range(2):\n    print(exercise(), [hashlib.md5(marshal.dumps(c, 2)).hexdigest() for c in codes()])\n    print([marshal.loads(marshal.dumps(c)) == c for c in codes()], pickle.loads(pickle.dumps(plain)) is plain, pickle.dumps([plain, Holder, Holder().method]))\n    try: pickle.dumps(plain.__code__)\n    except TypeError as e: print(e)\nimport importlib.util, sys\nwith open(importlib.util.cache_from_source('program.py'), 'rb') as f: print(hashlib.md5(f.read()[16:]).hexdigest())")
looks("compared_and_hashed", "import copy, gc, types\nbefore = [(hash(c), id(c)) for c in codes()]\nexercise()\nprint([(hash(c), id(c)) for c in codes()] == before, len({*codes(), *codes()}), plain.__code__ == copy.copy(plain.__code__), copy.deepcopy([plain]) == [plain])\nspace = {'__file__': __file__}; exec(open('program.py').read(), space); exec(compile(open('program.py').read(), 'program.py', 'exec'), other := {})\nprint(other['plain'].__code__ == space['plain'].__code__, other['plain'].__code__.replace(co_filename='<string>') == space['plain'].__code__, plain.__code__ == other['plain'].__code__)\nspace['exercise'](); print(other['plain'].__code__.replace(co_filename='<string>') == space['plain'].__code__, types.CodeType is type(plain.__code__))")
looks("made_and_replaced", "import types\nfor _ in range(3):\n    f = types.FunctionType(plain.__code__, {'range': range, 'len': len}, 'f', (1,)); f.__kwdefaults__ = {'k': 1}\n    print(f(5), f.__defaults__, f.__name__, f.__qualname__)\n    plain.__code__, g = plain.__code__.replace(co_name='other', co_firstlineno=7), plain.__code__; print(plain(9), plain.__code__.co_firstlineno, plain.__code__ is g)\nc = plain.__code__; d = types.CodeType(c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_nlocals, c.co_stacksize, c.co_flags, c.co_code, c.co_consts, c.co_names, c.co_varnames, c.co_filename, c.co_name, c.co_qualname, c.co_firstlineno, c.co_linetable, c.co_exceptiontable, c.co_freevars, c.co_cellvars)\nprint(d == c, types.FunctionType(d, globals())(7, 2, k=1), [types.FunctionType(x.replace(), globals())(4, 3, k=1) for x in (c, d)])\ng = walks(2); h = types.FunctionType(walks.__code__, globals())(2); print(list(g) == list(h), g.gi_code is walks.__code__)\ntry: plain.__code__ = closes(1).__code__\nexcept ValueError as e: print(e)")
looks("frames", "import sys\ndef f(depth):\n    frame = sys._getframe()\n    print(frame.f_lineno, frame.f_lasti, frame.f_code is f.__code__, frame.f_code.co_code[frame.f_lasti],\n          frame.f_lineno, sorted(frame.f_locals)); return depth and f(depth - 1)\nf(2); f(0)\ng = walks(4)\nfor step in (None, 1, None):\n    print(g.gi_frame.f_lineno, g.gi_frame.f_lasti, g.gi_running, g.gi_code.co_name, g.send(step))\nprint(g.throw(KeyError), g.gi_frame.f_lineno, next(g), g.gi_yieldfrom, g.gi_frame.f_lasti)\nf.__code__.co_positions; frame = sys._current_frames()[__import__('threading').get_ident()]; print(frame.f_lineno, frame.f_lasti, frame.f_back)")
looks("tracebacks", "import traceback, sys\nfor x in ((0,), 5):\n    try: guards(x)\n    except Exception as e:\n        tb = e.__traceback__\n        while tb: print(tb.tb_lineno, tb.tb_lasti, tb.tb_frame.f_lasti, tb.tb_frame.f_lineno, [*tb.tb_frame.f_code.co_positions()][tb.tb_lasti // 2]); tb = tb.tb_next\n        traceback.print_exception(e)\ndef deep(n):\n    if n: return deep(n - 1) + (1 if n else\n                                 2)\n    return 1 / 0 + sum(x for x in [1] if x.\n                       missing)\ndeep(6)")
looks("recursion_limits", "import sys\ndef f(n):\n    return 1 + f(n + 1)\ndef depth(n=0):\n    try:\n        return depth(n + 1)\n    except RecursionError:\n        return n\nfor limit in (120, 1000, 5000):\n    sys.setrecursionlimit(limit); print(depth())\nsys.setrecursionlimit(200)\ntry: f(0)\nexcept RecursionError as e: print(e)\nsys.setrecursionlimit(30000)\ndef down(n): return n and 1 + down(n - 1)\nprint(down(20000)); sys.setrecursionlimit(100); f(0)",
      unsanitized="frames take far more of the stack")
looks("inspected", "import inspect\nexercise()\nfor f in FUNCTIONS: print(inspect.getsource(f), inspect.getsourcelines(f)[1], inspect.signature(f), inspect.getclosurevars(f).globals.keys(), inspect.unwrap(f) is f, f.__code__.co_varnames, f.__annotations__)\ng = walks(1); print(inspect.getgeneratorstate(g), inspect.getgeneratorlocals(g)); next(g); print(inspect.getgeneratorstate(g), inspect.getgeneratorlocals(g)); w = waits(1); print(inspect.getcoroutinestate(w)); w.close(); print(inspect.getcoroutinestate(w), inspect.iscoroutinefunction(waits), inspect.isgeneratorfunction(walks))")
looks("referrers_and_lives", "import gc, sys, weakref\nexercise()\nc = plain.__code__\nprint([type(r).__name__ for r in gc.get_referrers(c)], [type(r).__name__ for r in gc.get_referents(c)], [type(r).__name__ for r in gc.get_referents(plain)], sys.getrefcount(c) - sys.getrefcount(plain.__code__))\nmade = {}\nfor i in range(3):\n    exec('def f(x):\\n    y = x\\n    return y', made); made['f'](1)\n    r = weakref.ref(made['f'], lambda r: print('function')); s = weakref.ref(made['f'].__code__, lambda r: print('code')); made.clear(); gc.collect(); print(r(), s())\nr = weakref.ref(c); del c; print(r() is plain.__code__, weakref.getweakrefcount(plain.__code__), gc.is_tracked(plain.__code__), [o for o in gc.get_objects() if 'harness' in type(o).__name__ or 'Hook' in type(o).__name__])")
looks("constants", "exercise()\nfor c in codes(): print(c.co_consts if not any(hasattr(x, 'co_code') for x in c.co_consts) else [getattr(x, 'co_name', x) for x in c.co_consts], c.co_names, sum(map(len, c.co_consts and [c.co_code])))")

TRACER = """import sys
from program import *
log = []
def t(f, e, a):
    if f.f_code.co_filename.endswith('program.py'): log.append((e, f.f_code.co_name, f.f_lineno, %s)); %s
    return t
def c_calls(f, e, a):
    if f.f_code.co_filename.endswith('program.py'): log.append((e, f.f_code.co_name, f.f_lineno, getattr(a, '__name__', a)))
"""
for _name, _shown, _does in (
    ("traced", "a if isinstance(a, (int, str)) else type(a).__name__", "pass"),
    ("traced_by_opcode", "f.f_lasti, f.f_code.co_code[f.f_lasti]", "f.f_trace_opcodes = True"),
    ("traced_opcodes_only", "f.f_lasti", "f.f_trace_opcodes, f.f_trace_lines = True, False"),
):
    code("code_" + _name, TRACER % (_shown, _does) + "exercise(); sys.settrace(t); exercise(); plain(3); sys.settrace(None); exercise()\nprint(*log, sep='\\n')", files={"program.py": PROGRAM})
code("code_profiled_by_program", TRACER % ("a", "pass") + "exercise(); sys.setprofile(c_calls); exercise(); sys.setprofile(None); exercise()\nprint(*log, sep='\\n')", files={"program.py": PROGRAM})
code("code_traced_in_the_middle", TRACER % ("a", "pass") + "def f():\n    x = 1\n    sys.settrace(t); sys._getframe().f_trace = t\n    g = walks(3); next(g)\n    x = plain(2)\n    sys.settrace(None)\n    list(g)\n    return x\nprint(f(), f(), exercise()); print(*log, sep='\\n')", files={"program.py": PROGRAM})
code("code_jumped_over_by_a_tracer", "import sys\ndef t(f, e, a):\n    if e == 'line' and f.f_lineno == 7: f.f_lineno = 8\n    return t\ndef f():\n    a = 1\n    print('skipped')\n    b = 2\n    for i in range(2):\n        a += i\n    return a\nf(); sys.settrace(t); print(f()); sys.settrace(None); print(f())")
