"""Instances with attributes, and binary trees of them built by recursion."""

import sys


class Node:
    def __init__(self, left, right):
        self.left = left
        self.right = right


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y
        self.label = (x, y)


def tree(depth):
    if depth == 0:
        return Node(None, None)
    return Node(tree(depth - 1), tree(depth - 1))


def size(node):
    return 1 + (size(node.left) + size(node.right) if node.left else 0)


def main(scale=1.0):
    total = 0
    for _ in range(int(10 * scale) or 1):
        total += size(tree(14))
        points = [Point(i, i * 2) for i in range(40_000)]
        total += points[-1].y
    print("trees", total)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
