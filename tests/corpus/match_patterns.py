"""match: each kind of pattern in each other, guards that fail and raise, captures, jumps out of cases, match in match."""
import enum
import types


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Node:
    __match_args__ = ("value", "left", "right")

    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right


constants = types.SimpleNamespace(limit=10, nested=types.SimpleNamespace(name="deep"))


def guard(x):
    if x == "raise": raise ValueError("guard")
    return x


def kind(x):
    match x:
        case -1 | 1.5 | 2 + 3j | -4 - 1j | b"bytes":
            return "number"
        case "text" | "te" "xt2":
            return "string"
        case True | False | None:
            return "singleton"
        case Color.RED | constants.limit | constants.nested.name:
            return "value"
        case []:
            return "empty"
        case [_] | [_, _, _, _]:
            return "one or four"
        case (int() as a, str() as b) if a > len(b): return f"{a} {b}"
        case [int(a) | float(a), *middle, (Node() | None) as last] if middle:
            return f"{a} {len(middle)} {last and last.value}"
        case [[[deep]], *_]:
            return f"deep {deep}"
        case [*_, "end"]:
            return "ends"
        case {}if not x:
            return "no keys"
        case {"a": 1, "b": [*inner]}:
            return f"inner {inner}"
        case {
            "a": int() | str() as value,
            Color.BLUE: (
                "x"
                | "y"
            ),
            **rest,
        } if guard(
            value
        ):
            return f"{value} {sorted(rest)}"
        case {-1: _, "c": None}:
            return "mapping"
        case Node(0) | Node(value=Node(0)):
            return "zero"
        case Node(value, Node(left), right=Node(right)) if left == right: return "balanced"
        case Node(value=v, left=None, right=None):
            match v:
                case int(): return "leaf"
                case Node(value=w):
                    return f"boxed {kind(w)}"
                case whatever: pass
        case str(text) if (n := len(text)) > 3 and guard(text):
            return f"{n}"
        case str(): ...
        case range(start=0) | slice():
            return "range"
        case (first, second):
            first, second = second, first
        case other:
            other = type(other).__name__
    return "after"


def loop(items):
    total = []
    for item in items:
        match item:
            case int(): continue
            case "stop":
                break
            case "go":
                try:
                    match total:
                        case [*_, last]:
                            total += [last]
                finally:
                    total.append("f")
            case _ if total:
                return total, item
            case _:
                total.append(item)
    else:
        total.append("else")
    return total


def irrefutable(x):
    match x:
        case y: pass
    match x, y:
        case a, b: return a is b


THINGS = (
    -1, 1.5, 2 + 3j, b"bytes", "text", "text2", True, None, Color.RED, Color.BLUE, 10, "deep", [], [0], [1, 2, 3, 4], (5, "abc"),
    (1, "abc"), [1, 2, Node(3)], [1.0, 2, None], [[[7]], 8], [1, "end"], {}, {"a": 1, "b": (1, 2)},
    {"a": "s", Color.BLUE: "y", "z": 1}, {"a": 0, Color.BLUE: "x"}, {-1: 1, "c": None}, {"a": "raise", Color.BLUE: "x"}, Node(0),
    Node(Node(0)), Node(1, Node(2), Node(2)), Node(1, Node(2), Node(3)), Node(5), Node(Node(7)), Node("v"), "long text", "ab", "raise",
    range(0), range(1, 2), slice(1), (object, object), 99,
)
for thing in THINGS:
    try:
        print(kind(thing))
    except ValueError as error:
        print(error)
print(loop([1, "go", 2, "stop"]), loop(["a", "go", 3]), loop(["a", "b"]), irrefutable(1))
