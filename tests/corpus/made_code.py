"""Code made by others' exec and by hand: dataclasses, named tuples, enums, replaced code, functions redefined in loops."""
import collections
import dataclasses
import enum
import functools
import types
import typing


@dataclasses.dataclass(order=True)
class Item:
    weight: float
    name: str = "item"
    tags: list = dataclasses.field(
        default_factory=list, compare=False)

    def __post_init__(self):
        self.weight = float(self.weight)


Pair = collections.namedtuple("Pair", "a b", defaults=[2])


class Row(typing.NamedTuple):
    first: int
    second: str = "two"

    def both(self):
        return self.first, self.second


class Level(enum.IntFlag):
    LOW = enum.auto()
    HIGH = enum.auto()
    BOTH = LOW | HIGH

    @property
    def label(self):
        return self.name.lower() if self.name else ""

    @classmethod
    def _missing_(cls, value):
        if value == "low":
            return cls.LOW
        return super()._missing_(value)


class Option(enum.Enum):
    A = "a"
    B = property(lambda self: 1)

    def _generate_next_value_(name, start, count, last):
        return name * 2


@functools.total_ordering
class Ordered:
    def __init__(self, n): self.n = n
    def __eq__(self, other): return self.n == other.n
    def __lt__(self, other): return self.n < other.n

    @functools.cached_property
    def squared(self):
        return self.n ** 2

    @functools.singledispatchmethod
    def show(self, x):
        return "any"

    @show.register
    def _(self, x: int):
        return "int"

    add = functools.partialmethod(lambda self, a, b: self.n + a + b, 1)


functions = []
for i in range(4):
    def again(x, i=i):
        if x:
            return i
        return -i

    class Again:
        value = i
        def method(self): return self.value

    functions += [again, Again().method, lambda *a: i]
print([f(1) if f.__code__.co_argcount > 1 else f() for f in functions])


def one(x):
    y = x + 1
    return y


def two(x):
    for _ in range(2):
        x *= 2
    return x


def adder(n):
    def add(x):
        return x + n
    return add


kept = one.__code__
for _ in range(3):
    one.__code__, two.__code__ = two.__code__, one.__code__
    print(one(3), two(3))
made = types.FunctionType(kept, {"__builtins__": __builtins__}, "made", (5,))
closed = types.FunctionType(adder(1).__code__, {}, "closed", None, adder(10).__closure__)
moved = types.FunctionType(kept.replace(co_firstlineno=5000, co_name="moved", co_qualname="moved"), {})
constant = types.FunctionType(kept.replace(co_consts=tuple(c if c != 1 else 100 for c in kept.co_consts)), {})
print(made(), closed(1), moved(1), constant(1), kept == one.__code__, kept.co_firstlineno < 200)
print(Item(1) < Item(2, tags=[1]), Item("3"), dataclasses.replace(Item(1), name="n"), dataclasses.asdict(Item(1)))
print(Pair(1), Pair(1)._replace(b=3), Pair._make((5, 6)), Row(1).both(), Row(1)._asdict())
print(Level("low").label, Level.BOTH.label, Level.LOW | Level.HIGH, ~Level.LOW, Option.A, len(Option), Level(3).name)
print(Ordered(1) >= Ordered(0), Ordered(3).squared, Ordered(1).show(1), Ordered(1).show("a"), Ordered(1).add(2))
for turn in range(3):
    exec(compile(f"def f(a):\n    b = a * {turn}\n    return b\n\nclass C:\n    m = f\n", f"{__file__}.{turn % 2}.py", "exec"))
    print(f(2), C.m(3), eval("f(4)"))
space = {}
for _ in range(2):
    exec("g = lambda x: [y for y in range(x)]", space)
    print(space["g"](2))
TD = typing.TypedDict("TD", {"a": int})
print(TD(a=1), types.new_class("New", (Ordered,), {}, lambda ns: ns.update(k=1)).k, functools.reduce(lambda a, b: a + b, [1, 2, 3]))
