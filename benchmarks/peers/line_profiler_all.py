"""Runs a workload under line_profiler with every function of it watched, as pyharness watches them without being asked.

    line_profiler_all.py [--registered] [--hits] WORKLOAD [scale]

Every function is decorated, as `kernprof -l` has it with @profile on each. With --registered they are registered one by
one and the profiler is switched on once around main(): line_profiler at its fastest, without the wrapper that its
decorator puts around each call, which nobody gets from kernprof. --hits prints how many line hits it counted.
"""

import sys
import types

from line_profiler import LineProfiler


def load(path):
    module = types.ModuleType("workload")
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), vars(module))
    return module


def functions_in(namespace, module_name):
    """The functions and methods that `namespace` defines itself, out of their descriptors."""
    for value in list(vars(namespace).values()):
        if isinstance(value, property):
            value = value.fget
        value = getattr(value, "__func__", value)
        if getattr(value, "__module__", None) != module_name:
            continue
        if isinstance(value, types.FunctionType):
            yield value
        elif isinstance(value, type):
            yield from functions_in(value, module_name)


def decorate(namespace, module_name, profiler):
    """Puts @profile on every function and method that `namespace` defines itself."""
    for name, value in list(vars(namespace).items()):
        if isinstance(value, (staticmethod, classmethod)) and value.__func__.__module__ == module_name:
            setattr(namespace, name, type(value)(profiler(value.__func__)))
        elif isinstance(value, property) and value.fget.__module__ == module_name:
            setattr(namespace, name, property(profiler(value.fget), value.fset, value.fdel))
        elif getattr(value, "__module__", None) == module_name:
            if isinstance(value, types.FunctionType):
                setattr(namespace, name, profiler(value))
            elif isinstance(value, type):
                decorate(value, module_name, profiler)


def nested_in(code):
    """Comprehensions, lambdas and inner functions: code objects that only exist as constants of others.

    line_profiler knows code by its bytes and takes functions only, so a function made for the purpose will do.
    """
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            cells = tuple(types.CellType() for _ in constant.co_freevars)
            yield types.FunctionType(constant, {}, closure=cells)
            yield from nested_in(constant)


def main():
    arguments = sys.argv[1:]
    options = [word for word in arguments if word.startswith("--")]
    path, *scale = arguments[len(options):]
    workload = load(path)
    profiler = LineProfiler()
    for function in functions_in(workload, "workload"):
        inner = list(nested_in(function.__code__))
        for each in [function, *inner]:
            profiler.add_function(each)
    if "--registered" in options:
        profiler.enable_by_count()
    else:
        decorate(workload, "workload", profiler)
    workload.main(*map(float, scale))
    profiler.disable()
    if "--hits" in options:
        print(sum(hits for lines in profiler.get_stats().timings.values() for _, hits, _ in lines))


if __name__ == "__main__":
    main()
