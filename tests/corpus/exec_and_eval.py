"""Code made at run time: exec, eval, compile under own file names, functions made in a loop, own loader, __import__."""
import types

FILE = __file__
source = """\
def made(n):
    total = 0
    for i in range(n):
        total += i
    return total
print(made(4))
"""
space = {}
exec(compile(source, FILE + ".made.py", "exec"), space)
print(space["made"](6))
print(eval("[x for x in range(3)]"), eval(compile("1 +\\\n 2", FILE + ".expression.py", "eval")))
for round in range(3):
    again = {}
    exec(compile(source, FILE + ".again.py", "exec"), again)
exec("for i in range(3): pass")
template = compile("def f(x):\n    if x:\n        return x\n    return -1\n", FILE + ".template.py", "exec").co_consts[0]
functions = [types.FunctionType(template, {}) for _ in range(4)]
print([f(i) for i, f in enumerate(functions)])
renamed = template.replace(co_name="renamed", co_firstlineno=100)
print(types.FunctionType(renamed, {})(0))
module = types.ModuleType("fake")
exec("def g(): return 1", module.__dict__)
print(module.g())
