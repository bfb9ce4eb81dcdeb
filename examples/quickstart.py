"""A generator feeding a loop: where does the time go, line by line?

    ./dev run examples/quickstart.py --mode=line
"""


def get_number():
    for i in range(1_000_000):
        yield i


def expensive_function():
    for n in get_number():
        r = n ^ n ^ n
    return f"some result! {r}"


print(expensive_function())
