"""Runs a workload under line_profiler with every function of it watched, as pyharness watches them without being asked.

    line_profiler_all.py [--hits] WORKLOAD [scale]

Functions are registered one by one and the profiler is switched on once around main(): that is line_profiler at its
fastest, without the wrapper that its decorator puts around each call. --hits prints how many line hits it counted.
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
    wants_hits = arguments[0] == "--hits"
    path, *scale = arguments[wants_hits:]
    workload = load(path)
    profiler = LineProfiler()
    for function in functions_in(workload, "workload"):
        inner = list(nested_in(function.__code__))
        for each in [function, *inner]:
            profiler.add_function(each)
    profiler.enable_by_count()
    workload.main(*map(float, scale))
    profiler.disable_by_count()
    if wants_hits:
        print(sum(hits for lines in profiler.get_stats().timings.values() for _, hits, _ in lines))


if __name__ == "__main__":
    main()
