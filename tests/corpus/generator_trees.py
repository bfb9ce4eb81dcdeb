"""Recursive generators: a tree walked by yield from, permutations, a pipeline of generators, a bounded sieve."""


class Tree:
    def __init__(self, key, left=None, right=None):
        self.key, self.left, self.right = key, left, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.key
        if self.right:
            yield from self.right

    def insert(self, key):
        side = "left" if key < self.key else "right"
        child = getattr(self, side)
        if child is None:
            setattr(self, side, Tree(key))
        else:
            child.insert(key)


def permutations(items):
    if not items:
        yield []
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield [item] + rest


def sieve():
    number = 2
    primes = []
    while True:
        if all(number % p for p in primes):
            primes.append(number)
            yield number
        number += 1


tree = Tree(5)
for key in (2, 8, 1, 9, 3, 7):
    tree.insert(key)
print(list(tree))
print(len(list(permutations([1, 2, 3, 4]))))
numbers = sieve()
doubled = (2 * n for n in numbers)
labelled = (f"<{n}>" for n in doubled if n > 4)
print([next(labelled) for _ in range(6)])
