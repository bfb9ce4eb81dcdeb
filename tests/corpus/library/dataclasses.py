# modules: dataclasses.py
import dataclasses
@dataclasses.dataclass(order=True, frozen=True)
class Point:
    x: int
    y: int = 0
    names: tuple = dataclasses.field(default=(), compare=False, repr=False)
@dataclasses.dataclass(slots=True, kw_only=True)
class Box:
    items: list = dataclasses.field(default_factory=list)
    size: dataclasses.InitVar[int] = 0
    def __post_init__(self, size):
        self.items += [size] * size
print(Point(1) < Point(1, 2), Point(3), hash(Point(1)) == hash(Point(1)), Box(size=3), Box() == Box())
print(dataclasses.asdict(Box(items=[Point(1), {"a": Point(2)}])), dataclasses.replace(Point(1), y=5))
Made = dataclasses.make_dataclass("Made", [("a", int), ("b", str, "x")])
print(Made(1), [f.name for f in dataclasses.fields(Made)], dataclasses.astuple(Made(2)))
try:
    Point(1).x = 2
except dataclasses.FrozenInstanceError as error:
    print(error)
