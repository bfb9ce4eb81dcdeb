"""JSON written and read again: many small objects made by C code on two lines."""

import json
import sys


def document(count):
    return [{"id": i, "name": f"item {i}", "tags": ["a", "b", str(i % 7)], "price": i * 0.25} for i in range(count)]


def main(scale=1.0):
    length = 0
    for _ in range(8):
        text = json.dumps(document(int(9_000 * scale)))
        for _ in range(3):
            length += len(json.loads(text))
    print("documents", length)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
