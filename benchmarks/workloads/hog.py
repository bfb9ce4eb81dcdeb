"""A few big blocks, lists that grow, and a loop of numbers that live for a moment."""

import sys


def grow(count):
    values = []
    for i in range(count):
        values.append(i * 3)
    return values


def churn(count):
    total = 0
    for i in range(count):
        total += (i * 1_000_003) & 0xFFFF
    return total


def main(scale=1.0):
    total = 0
    for _ in range(3):
        first = [1] * int(2_000_000 * scale)
        second = grow(int(1_000_000 * scale))
        text = bytes(len(second))
        del first
        total += len(text) + churn(int(2_000_000 * scale))
    print("hog", total)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
