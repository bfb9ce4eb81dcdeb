"""Comprehensions in comprehensions, in class bodies, in lambdas and defaults; with errors, walrus, await; async ones."""
import asyncio

grid = [
    [
        (x, y)
        for x in range(
            3
        )
        if x != y
    ]
    for y in range(3)
]
deep = [[[z for z in range(y)] for y in range(x)] for x in range(4)]
mixed = {k: {v for v in (i * k for i in range(3)) if v} for k in [j for j in range(1, 4) if j % 2]}
sums = sum(sum(x * y for x in range(y)) for y in (n for n in range(5) if n))
last = [seen := 0, [seen := seen + x for x in range(4)], seen]
print(grid, deep, mixed, sums, last)


class Body:
    numbers = [1, 2, 3]
    doubled = [n * 2 for n in numbers]
    pairs = {a: [b for b in range(a)] for a in numbers}
    total = sum(n for n in numbers if n > 1)
    made = [lambda self, n=n: n for n in numbers]


def default(x=[i for i in range(3)], y={i: i for i in range(2)}): return x, y


def parse(words):
    return [
        int(word)
        for word in words
        if not word.startswith("#")
        and (
            word.isdigit()
            or int(word)
        )
    ]


def lazily(items):
    return (
        item
        for item in items
        if item
    )


def nested_functions(n):
    return [
        [
            (lambda: [n, x, y, *(z for z in range(n))])()
            for y in range(x)
        ]
        for x in range(n)
    ]


async def numbers(n):
    for i in range(n):
        yield i
        await asyncio.sleep(0)


async def double(n):
    await asyncio.sleep(0)
    return n * 2


async def asynchronous():
    first = [i async for i in numbers(3)]
    second = {
        i: await double(i)
        async for i in numbers(4)
        if await double(i) > 2
    }
    third = [[await double(j) for j in range(i)] async for i in numbers(3)]
    fourth = {j async for i in numbers(3) async for j in numbers(i)}
    lazy = (await double(i) for i in range(3))
    lazier = (i async for i in numbers(10) if i % 2)
    fifth = [x async for x in lazy]
    async for x in lazier:
        if x > 4: break
    await lazier.aclose()
    sixth = [x for row in [[y async for y in numbers(2)], await asyncio.gather(double(1), double(2))] for x in row]
    return first, second, third, fourth, fifth, x, sixth


print(Body.doubled, Body.pairs, Body.total, [m(0) for m in Body.made], default(), nested_functions(3))
for words in (["1", "-2", "#"], ["1", "x"]):
    try:
        print(parse(words))
    except ValueError as error:
        print(error)
lazy = lazily([0, 1, 2, 3])
print(next(lazy), next(lazy))
lazy.close()
try:
    print([1 / x for x in (1, 0)])
except ZeroDivisionError:
    print("division")
for x in (y for y in range(5)):
    if x == 2: break
print(asyncio.run(asynchronous()), any(x > 2 for x in range(9)), all([x < 3 for x in range(9)]))
print([
    a
    for a in "abc"
], [b for b in
    "abc" if
    b != "b"])
