"""A function that allocates with sixty callers above it."""

import sys


def leaf(count):
    total = 0
    for i in range(count):
        total += len([i, (i, i)])
    return total


def descend(depth, count):
    return leaf(count) if depth == 0 else descend(depth - 1, count)


def main(scale=1.0):
    print("deep", sum(descend(60, 25_000) for _ in range(int(160 * scale) or 1)))


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
