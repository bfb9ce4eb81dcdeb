"""Imports what the program imports before it does anything else, so that its repetitions find it imported.

Run in the host with `kind` and `target` of the plan; `statements` stand at the head of the program, before any other one.
What fails here fails again in the program, which then says so.
"""

import ast
import os
import sys


def script(path):
    real = os.path.realpath(path)
    if os.path.isdir(real):
        return real, os.path.join(real, "__main__.py"), None
    return os.path.dirname(real), real, None


def module(name):
    import importlib.util

    spec = importlib.util.find_spec(name)
    if spec.submodule_search_locations is not None:
        spec = importlib.util.find_spec(name + ".__main__")
    return os.getcwd(), spec.origin, spec.parent


def leading_imports(source):
    body = ast.parse(source).body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        del body[0]
    for statement in body:
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            return
        yield statement


def import_them(kind, target):
    safe = getattr(sys.flags, "safe_path", sys.flags.isolated)
    names = {"__name__": "__main__"}
    if kind == "module" and not safe:
        sys.path.insert(0, os.getcwd())
    try:
        if kind == "command":
            folder, source = "", target
        else:
            folder, path, names["__package__"] = script(target) if kind == "script" else module(target)
            with open(path, "rb") as file:
                source = file.read()
        if kind != "module" and not safe:
            sys.path.insert(0, folder)
            names["__package__"] = None
        for statement in leading_imports(source):
            exec(compile(ast.Module([statement], []), "<imports>", "exec"), names)
    finally:
        if not safe:
            del sys.path[0]


try:
    before = list(sys.path)
    import_them(kind, target)  # noqa: F821
except KeyboardInterrupt:
    raise
except BaseException:
    pass
finally:
    sys.path[:] = before
for stream in (sys.stdout, sys.stderr):  # which may be of the program's making by now
    try:
        stream.flush()
    except Exception:
        pass
