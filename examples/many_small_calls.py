"""Recursion and small methods: each call costs little, all of them together do not. Only Fibonacci is watched.

    ./dev run examples/many_small_calls.py --mode=line --only=:fibonacci
"""


class Counter:
    def __init__(self):
        self.total = 0

    def add(self, amount):
        self.total += amount


def fibonacci(n):
    if n < 2:
        return n
    return fibonacci(n - 1) + fibonacci(n - 2)


counter = Counter()
for i in range(200_000):
    counter.add(i)
print(fibonacci(22), counter.total)
