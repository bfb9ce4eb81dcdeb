"""Loops around built-in functions and methods: len, append, dict.get, join, sorted. Few lines, many C calls."""

import sys

WORDS = ("amber", "birch", "cedar", "dune", "ember", "fjord", "grove", "heath", "islet", "juniper", "kelp")


def count_words(count):
    seen = {}
    for i in range(count):
        word = WORDS[(i * i + i) % 11]
        seen[word] = seen.get(word, 0) + len(word)
    return sorted(seen.items())


def build_lines(count):
    lines = []
    length = 0
    for i in range(count):
        parts = []
        for k in range(4):
            parts.append(WORDS[(i + k * 3) % 11])
        lines.append("-".join(parts))
        length += len(lines[-1])
    return lines, length


def fold_lines(lines):
    total = 0
    for line in lines:
        parts = line.upper().split("-")
        total += max(map(len, parts)) * line.count("E") + ord(parts[0][0])
        if line.startswith("dune") and line.endswith(("ember", "birch", "kelp")):
            total += line.find("r")
    return total


def main(scale=1.0):
    counted = count_words(int(1_900_000 * scale))
    lines, length = build_lines(int(320_000 * scale))
    print("builtins", sum(count for _, count in counted), length, fold_lines(lines))


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
