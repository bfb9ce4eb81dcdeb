"""match: literals, captures, sequences, mappings, classes, guards, or-patterns, star patterns, no match at all."""
import dataclasses


@dataclasses.dataclass
class Point:
    x: int
    y: int


def name(thing):
    match thing:
        case 0 | 1:
            return "bit"
        case int(n) if n < 0:
            return "negative"
        case [first, *rest] if rest:
            return f"list of {first} and {len(rest)}"
        case {"kind": kind, **others}:
            return f"{kind} with {len(others)}"
        case Point(x=0, y=y):
            return f"on the axis at {y}"
        case (
            Point()
            | "point"
        ):
            return "point"
        case None:
            pass
        case _:
            return "else"
    return "none"


for thing in (0, 1, -5, 7, [1, 2, 3], [], {"kind": "a", "b": 1}, Point(0, 3), Point(1, 1), "point", None, "x", 2.5):
    print(name(thing))
match print:
    case 1:
        print("never")
