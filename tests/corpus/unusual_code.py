"""Rare shapes: semicolons, line continuation, docstrings, annotations, type comments, unicode names, ellipsis, unpacking."""
a = 1; b = 2; c = a + b
x: int = 3
y: "list[undefined]"
def one(): return 1
def two(): a = 1; b = 2; return a + b
class Empty: pass
class Doc:
    """Only a docstring."""
    attribute: int
    other: str = "x"
if a: b = 3; c = 4
名前 = "name"


def docstring():
    """Says
    nothing."""


def annotated(a: int = 1, *b: "str", c: one() = 2, **d: None) -> two():
    e: int = a
    f: int
    return e


def many(a=1,
         b=[2,
            3],
         *,
         c={4:
            5}):
    return a, b, c


def constant():
    return 1 + 2 * 3 if not None else (yield)


def after_return():
    return 1
    print("dead")


def augmented(values):
    values[0] += 1; values[1] *= 2
    values[one()] @= Matrix()
    return values


class Matrix:
    def __rmatmul__(self, other):
        return other * 10

    def __matmul__(self, other): return 0


def \
        continued(
        ): \
        return 5


print(a, b, c, x, one(), two(), 名前, docstring(), annotated(), many(), next(constant(), None), after_return())
print(augmented([1, 2]), continued(), Doc.__annotations__, __annotations__)
print(*[1, 2], *(3,), sep=(
    "-"))
print("a" "b"
      "c", ..., not a, ~a, -a, a if a else b, a @ Matrix() if isinstance(a, Matrix) else None)
print("%s %d" % (
    "x", 1), "{}".format(2), f"{a=} {b!r:>4} {'nested' if a else {1: 2}[1]}", b"bytes", 1_000, 0x10, 1e3, 1j)
