"""Watch one function, and only while it matters. The program runs the same without pyharness.

    ./dev run examples/marked_region.py --mode=line
"""

try:
    import pyharness
except ImportError:  # copy share/pyharness.py next to the script to get rid of this
    pyharness = None


def load():
    return list(range(200_000))


def transform(rows):
    total = 0
    for row in rows:
        total += row % 7
    return total


if pyharness:
    pyharness.profile(transform)
    with pyharness.watch():
        print(transform(load()))
else:
    print(transform(load()))
