"""Recursion: direct, mutual, through a method, a lambda, a generator, a comprehension, a key function, memoised."""


def fibonacci(n):
    if n < 2:
        return n
    return fibonacci(n - 1) + fibonacci(n - 2)


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


def ackermann(m, n):
    if m == 0: return n + 1
    if n == 0: return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def flatten(items):
    return [y for x in items for y in (flatten(x) if isinstance(x, list) else [x])]


def quicksort(items):
    if len(items) <= 1:
        return items
    pivot, *rest = items
    return (
        quicksort([x for x in rest if x < pivot])
        + [pivot]
        + quicksort([x for x in rest if x >= pivot])
    )


def deep(n):
    if n:
        deep(n - 1)


class Node:
    def __init__(self, *children):
        self.children = children

    def size(self):
        return 1 + sum(child.size() for child in self.children)


def hanoi(n, a, b, c):
    if n:
        yield from hanoi(n - 1, a, c, b)
        yield a, c
        yield from hanoi(n - 1, b, a, c)


print(fibonacci(13), even(20), ackermann(2, 3))
print(flatten([1, [2, [3, [4]], 5]]), quicksort([3, 1, 2, 9, 5, 4, 7]))
deep(500)
print(Node(Node(), Node(Node())).size(), len(list(hanoi(5, *"abc"))))
