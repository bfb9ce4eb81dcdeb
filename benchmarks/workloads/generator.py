"""A generator feeding a loop: two lines per item on each side, and a frame that is left and resumed every time."""

import sys


def numbers(count):
    for number in range(count):
        yield number


def consume(count):
    mixed = 0
    for number in numbers(count):
        mixed = (mixed ^ number * 7) & 0xFFFFFF
    return mixed


def main(scale=1.0):
    print("generator", consume(int(6_500_000 * scale)))


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
