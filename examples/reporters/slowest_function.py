"""A report of your own: a Python function that gets the recording.

    ./dev run --mode=profile -o python:examples.reporters.slowest_function:report:- examples/who_calls_it.py

`recording` is what `-o json:PATH` writes, as a dict; `output` is a text file to write the report to. What the function prints
goes to stderr. It runs in a process of its own after the program has ended.
"""


def report(recording, output):
    functions = recording["sections"]["profile"]["functions"]
    slowest = max(functions, key=lambda function: function["self_ns"])
    print(f"{slowest['name']} took {slowest['self_ns'] / 1e6:.1f} ms itself, in {slowest['calls']} calls.", file=output)
