"""Containers made and dropped in a loop: lists, tuples, dicts and text, small ones in the main."""

import sys


def rows(count):
    kept = []
    for i in range(count):
        row = [i, i + 1, str(i)]
        pair = (row, {"number": i, "text": row[2] + "x"})
        if i % 16 == 0:
            kept.append(pair)
    return kept


def groups(pairs):
    by_end = {}
    for row, named in pairs:
        by_end.setdefault(row[2][-1], []).append([named["text"]] * 3)
    return by_end


def main(scale=1.0):
    total = 0
    for _ in range(4):
        kept = rows(int(250_000 * scale))
        total += sum(len(group) for group in groups(kept).values())
    print("churn", total)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
