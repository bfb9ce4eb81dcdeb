"""Loops: while/else, for/else, break, continue, nested, one-liners, over several lines, empty bodies, walrus, pass."""
import itertools

n = 10
while n > 7:
    n -= 1
else:
    print("while else", n)
while True:
    n -= 1
    if n % 2: continue
    if n < 3: break
else:
    print("never")
for i in range(3): pass
for i in (): print("never")
else: print("empty else")
for i in range(5):
    for j in range(5):
        if j > i: break
        if (i + j) % 3 == 0: continue
        n += 1
    else:
        n += 100
for a, (b, c) in [(1, (2, 3)), (4, (5, 6))]: print(a, b, c)
for x in [
    1,
    2,
    3,
]:
    n += (
        x
        * 2
    )
it = iter(range(6))
while (value := next(it, None)) is not None: n += value
for i, x in enumerate(itertools.chain("ab", range(2)), start=1):
    if i == 2: n += 1; continue
    print(i, x)
i = 0
while i < 5 and \
        n > 0:
    i += 1; n -= 1
for _ in range(2):
    for _ in range(2):
        for _ in range(2): n += 1
while 0:
    print("never")
for i in range(3):
    ...
print(n)


def search(rows, wanted):
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if value == wanted:
                return x, y
    return None


print(search([[1, 2], [3, 4]], 4), search([[1]], 2))
