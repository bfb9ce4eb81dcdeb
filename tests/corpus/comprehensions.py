"""Comprehensions of every kind, nested, conditional, over several lines, with walrus, and lambdas inside."""
squares = [x * x for x in range(10)]
evens = {x for x in squares if x % 2 == 0}
table = {x: [y for y in range(x)] for x in range(4)}
pairs = [
    (x, y)
    for x in range(3)
    if x
    for y in range(x)
    if y % 2 == 0
]
flat = [
    value
    for row in table.values()
    for value in row
]
matrix = [[row * 3 + column for column in range(3)] for row in range(3)]
transposed = [[row[i] for row in matrix] for i in range(3)]
kept = [half for x in range(8) if (half := x // 2) > 1]
makers = [lambda n, x=x: n + x for x in range(3)]
closures = [lambda: x for x in range(3)]
print(squares, sorted(evens), table, pairs, flat)
print(transposed, kept, half, [m(10) for m in makers], [c() for c in closures])


def inside(items):
    total = sum(
        len(item)
        for item in items
    )
    return {
        item:
            total
        for item in items
        if item
    }


print(inside(["a", "bc", ""]))
print([[], *[x for x in ()], *(x for x in range(2))], {**{k: v for k, v in zip("ab", (1, 2))}})
