"""An independent counter of line events, to check pyharness against: python's own sys.settrace and nothing else.

    python count_lines.py OUT SCRIPT [ARGUMENTS...]

Runs SCRIPT as `python SCRIPT` would and writes OUT.PID for this process and each of its forks: a JSON list of
[file, first line of the function, line, hits], of code below the script's directory and of code without a file. Needs as
few modules as it can, so that the script may bring its own.
"""

import atexit
import os
import sys
import threading
import types

_counts = {}
_own = ""  # the script's directory


def _local(frame, event, _argument):
    if event == "line" and frame.f_lineno:  # empty modules have an event at line 0
        code = frame.f_code
        key = (code.co_filename, code.co_firstlineno, frame.f_lineno)
        _counts[key] = _counts.get(key, 0) + 1
    return _local


def _global(frame, event, _argument):
    file = frame.f_code.co_filename
    return _local if file.startswith(_own) or file.startswith("<") and not file.startswith("<frozen ") else None


def _dump(out):
    sys.settrace(None)
    threading.settrace(None)
    sys.path.insert(0, os.path.dirname(os.__file__))
    import json

    rows = [[os.path.realpath(k[0]) if not k[0].startswith("<") else k[0], k[1], k[2], n] for k, n in _counts.items()]
    with open(f"{out}.{os.getpid()}", "w") as file:
        json.dump(rows, file)


def main():
    out, script = os.path.abspath(sys.argv[1]), sys.argv[2]
    del sys.argv[:2]
    global _own
    _own = sys.path[0] = os.path.dirname(os.path.realpath(script))
    module = types.ModuleType("__main__")
    module.__file__ = os.path.abspath(script)
    module.__loader__ = sys.modules["_frozen_importlib_external"].SourceFileLoader("__main__", module.__file__)
    module.__cached__, module.__annotations__, module.__builtins__ = None, {}, sys.modules["builtins"]
    sys.modules["__main__"] = module
    with open(script, "rb") as file:
        code = compile(file.read(), module.__file__, "exec")
    atexit.register(_dump, out)  # first, hence last
    os.register_at_fork(after_in_child=_counts.clear)
    threading.settrace(_global)
    sys.settrace(_global)
    exec(code, module.__dict__)


main()
