"""Runs SCRIPT as `python SCRIPT` would and books the calls that it makes, and nothing before and after it.

    python count_calls.py OUT SCRIPT [ARGUMENTS...]

Under plain python by the engine of cProfile (_lsprof), an independent counter to check pyharness against: writes OUT, a
JSON object of functions [[file, line, qualified name], calls, recursive calls] and edges with two such keys. Under
pyharness by a watched region, so that both book the same; OUT is not written. Needs as few modules as it can, so that the
script may bring its own.
"""

import _lsprof
import os
import sys
import types

try:
    import _pyharness
except ImportError:
    _pyharness = None  # the script runs outside of this handler: its exceptions have no context


def _key(code):
    if isinstance(code, str):
        return "~", 0, code
    file = code.co_filename
    return file if file.startswith("<") else os.path.realpath(file), code.co_firstlineno, code.co_qualname


def _add(figures, key, entry):
    calls, recursive = figures.get(key, (0, 0))
    figures[key] = calls + entry.callcount, recursive + entry.reccallcount


def _dump(out, stats):
    functions, edges = {}, {}
    for entry in stats:
        _add(functions, _key(entry.code), entry)
        for called in entry.calls or ():
            _add(edges, (_key(entry.code), _key(called.code)), called)
    sys.path.insert(0, os.path.dirname(os.__file__))
    import json

    rows = {"functions": [[k, *n] for k, n in functions.items()], "edges": [[*k, *n] for k, n in edges.items()]}
    with open(out, "w") as file:
        json.dump(rows, file)


def _book(out, code, names):
    if _pyharness is None:
        profiler = _lsprof.Profiler()
        profiler.enable()
        try:
            exec(code, names)
        finally:
            profiler.disable()
            _dump(out, profiler.getstats())
    else:
        sys.meta_path.pop()  # our finder: asked by the import system for modules that nobody has, it would be one more call
        with _pyharness.watch():
            exec(code, names)


def main():
    out, script = os.path.abspath(sys.argv[1]), sys.argv[2]
    del sys.argv[:2]
    sys.path[0] = os.path.dirname(os.path.realpath(script))
    module = types.ModuleType("__main__")
    module.__file__ = os.path.abspath(script)
    sys.modules["__main__"] = module
    with open(script, "rb") as file:
        code = compile(file.read(), module.__file__, "exec")
    _book(out, code, module.__dict__)


main()
