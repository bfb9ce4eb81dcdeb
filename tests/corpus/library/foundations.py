# modules: collections functools.py enum.py contextlib.py operator.py copy.py weakref.py reprlib.py typing.py _py_abc.py pprint.py graphlib.py random.py bisect.py
import sys
for name in ("collections", "functools", "enum", "contextlib", "operator", "reprlib", "copy", "weakref"):
    sys.modules.pop(name, None)  # site may have imported it already
for name in ("_operator", "_functools", "_bisect"): sys.modules[name] = None
import _py_abc, bisect, collections, contextlib, copy, enum, functools, gc, graphlib, operator, pprint, random, reprlib, typing, weakref
class Kind(metaclass=_py_abc.ABCMeta):
    @classmethod
    def __subclasshook__(cls, other): return True if other is list else NotImplemented
class Sub(Kind): pass
Kind.register(int)
print(isinstance(1, Kind), isinstance([], Kind), issubclass(Sub, Kind), issubclass(str, Kind))
class Shade(enum.Flag):
    RED = enum.auto(); BLUE = enum.auto(); BOTH = RED | BLUE
print(Shade.BOTH & ~Shade.RED, list(Shade.BOTH), enum.Enum("Made", "a b").b, enum.IntEnum("N", {"x": 1})(1))
counter = collections.Counter("abracadabra"); counter.subtract("aab")
print(counter.most_common(2), +counter, counter & collections.Counter("bc"), collections.ChainMap({1: 2}, {3: 4})[3])
ordered = collections.OrderedDict.fromkeys("abc"); ordered.move_to_end("a")
print(ordered, collections.UserDict(a=1), collections.UserList([1]) + [2], collections.UserString("ab") * 2)
print(collections.namedtuple("P", "x class", rename=True)(1, 2), operator.attrgetter("real.imag")(1), operator.concat("a", "b"))
print(operator.itemgetter(1, 0)("ab"), operator.methodcaller("upper")("x"), operator.countOf([1, 1], 1), operator.length_hint([1]))
@functools.lru_cache(2)
def cached(n): return n * 2
print([cached(n) for n in (1, 2, 1, 3, 1)], cached.cache_info(), functools.partial(pow, 2)(3), functools.reduce(max, [1, 3, 2]))
@functools.singledispatch
def kind(x): return "any"
@kind.register(list)
@kind.register(tuple)
def _(x): return "sequence"
print(kind([]), kind(()), kind({}), sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)))
class Both:
    def __init__(self): self.me, self.items = self, [1, {2: (3,)}]
    def __eq__(self, other): return isinstance(other, Both)
    __hash__ = lambda self: 1
twin = copy.deepcopy(Both())
print(twin.me is twin, copy.copy(twin).items is twin.items, reprlib.repr(list(range(50))), reprlib.repr("x" * 99))
table = weakref.WeakValueDictionary(a=twin); keys = weakref.WeakKeyDictionary({twin: 1}); own = weakref.WeakSet([twin])
print(list(table), len(keys), twin in own, weakref.WeakMethod(twin.__eq__)() is not None)
end = weakref.finalize(twin, print, "final"); del twin; gc.collect()
with contextlib.ExitStack() as stack:
    stack.callback(print, "called"); stack.enter_context(contextlib.suppress(KeyError))
    stack.push(lambda *error: print(error[0])); raise KeyError
T = typing.TypeVar("T", bound=int)
class Box(typing.Generic[T]):
    def get(self: "Box[T]", x: typing.Optional[T] = None) -> typing.Union[T, list["Box"]]: ...
class Named(typing.Protocol):
    name: str
print(typing.get_type_hints(Box.get), Box[bool], typing.get_args(typing.Callable[[int], str]), typing.Literal[1, "a"] == typing.Literal["a", 1])
print(typing.cast(int, "x"), typing.NewType("Id", int)(3), typing.get_origin(typing.Annotated[int, 1]), typing.List[int], typing.ForwardRef("x"))
pprint.pprint({"key%d" % i: [list(range(i)), ("x" * 30, {i})] for i in range(6)}, width=50, compact=True)
print(sorted(graphlib.TopologicalSorter({"d": {"b", "c"}, "b": {"a"}, "c": {"a"}}).static_order()))
try: list(graphlib.TopologicalSorter({1: [2], 2: [1]}).static_order())
except graphlib.CycleError as error: print(error.args[1])
generator = random.Random(5)
print(generator.sample(range(100), 5), generator.choices("abc", [1, 2, 3], k=5), generator.gauss(0, 1), generator.randrange(5, 50, 5))
print(generator.betavariate(1, 2), generator.vonmisesvariate(0, 4), generator.triangular(), bisect.insort([1, 3], 2), bisect.bisect_left([1, 2, 2], 2))
