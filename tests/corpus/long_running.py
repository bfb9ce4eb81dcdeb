"""Many events: tight loops, many calls, many small functions, a long list of functions made at run time."""


def tight(n):
    total = 0
    for i in range(n):
        if i % 3 == 0:
            total += i
        elif i % 3 == 1:
            total -= 1
        else:
            total ^= i
    return total


def leaf(x):
    return x + 1


def calls(n):
    x = 0
    while x < n:
        x = leaf(x)
    return x


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def make(i):
    def made(x):
        y = x + i
        return y

    return made


print(tight(20000), calls(10000), max(collatz(n) for n in range(1, 300)))
print(sum(f(1) for f in [make(i) for i in range(300)]))
grid = [[(x * y) % 7 for x in range(40)] for y in range(40)]
for _ in range(3):
    grid = [[grid[y - 1][x] ^ grid[y][x - 1] for x in range(40)] for y in range(40)]
print(sum(map(sum, grid)))
