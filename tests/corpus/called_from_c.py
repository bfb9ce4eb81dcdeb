"""Python called by C: keys, callbacks, conversions, operators, descriptors, hooks, weak references, finalizers, threads."""
import bisect
import collections
import contextlib
import ctypes
import functools
import gc
import io
import itertools
import operator
import pickle
import re
import sys
import threading
import weakref


def negated(x): return -x


def double(match):
    text = match.group()
    return text * 2


class Value:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n
    def __int__(self): return self.n
    def __float__(self): return self.n / 2
    def __str__(self): return f"<{self.n}>"
    def __repr__(self): return "Value"
    def __hash__(self): return hash(self.n)

    def __eq__(self, other):
        if isinstance(other, Value):
            return self.n == other.n
        return NotImplemented

    def __lt__(self, other): return self.n < other.n
    def __len__(self): return self.n
    def __radd__(self, other): return other + self.n
    def __rsub__(self, other): return NotImplemented
    def __reduce__(self): return Value, (self.n,)
    def __round__(self, digits=None): return self.n
    def __fspath__(self): return "path"
    def __instancecheck__(self, other): return self.n == 1

    def __missing__(self, key):
        return key


class Defaults(dict):
    def __missing__(self, key):
        self[key] = len(self)
        return self[key]


class Descriptor:
    def __get__(self, instance, owner):
        if instance is None:
            return self
        return instance.__dict__.setdefault("made", 7)

    def __set_name__(self, owner, name):
        owner.named = name

    def __delete__(self, instance):
        del instance.__dict__["made"]


class Managed:
    value = Descriptor()

    def __getattribute__(self, name):
        if name == "short":
            return "cut"
        return super().__getattribute__(name)

    def __getattr__(self, name):
        try:
            return self.__dict__["_" + name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name, value):
        self.__dict__["_" + name] = value

    def __dir__(self): return ["z", "a"]


class Lines(io.RawIOBase):
    def readable(self): return True

    def readinto(self, buffer):
        if self.data:
            buffer[:1], self.data = self.data[:1], self.data[1:]
            return 1
        return 0

    data = b"ab\nc"


class Stream:
    def write(self, text):
        written.append(text)

    def flush(self): pass


written = []
items = [3, -1, 2]
print(sorted(items, key=negated), max(items, key=lambda x: x * x), min(map(negated, items)), list(filter(lambda x: x > 0, items)))
items.sort(key=functools.cmp_to_key(lambda a, b:
                                    (a > b) - (a < b)))
print(items, functools.reduce(operator.add, map(negated, items)), [*itertools.takewhile(lambda x: x < 3, itertools.count())])
print(re.sub("[a-c]", double, "abxc"), [k for k, _ in itertools.groupby("aabc", key=str.upper)], list(iter(iter([1, 2, 0]).__next__, 0)))
print([*itertools.accumulate(items, lambda a, b: a * b)], [*itertools.starmap(pow, [(2, 3)])], bisect.bisect([1, 2], 1, key=negated))
values = [Value(2), Value(1), Value(2)]
print(sorted(values), len({*values}), range(9)[Value(2)], int(Value(3)), float(Value(3)), str(Value(1)), 1 + Value(2), round(Value(4)))
print(f"{Value(1)} {Value(2)!r}", "%s %d" % (Value(1), Value(2)), bool(Value(0)), sum(values), isinstance(3, Value(1)), Value(1) == 1)
print(pickle.loads(pickle.dumps(Value(4))).n, Defaults(a=1)["b"], collections.defaultdict(lambda: 5)["x"], "{x}".format_map(Defaults()))
try: 1 - Value(1)
except TypeError as error: print(error)
managed = Managed()
managed.x = 1
print(managed.x, managed.value, managed.short, dir(managed), getattr(managed, "none", "default"), Managed.named, hasattr(managed, "y"))
del managed.value
print(list(io.BufferedReader(lines := Lines())), lines.closed)
with contextlib.redirect_stdout(Stream()):
    print("captured", 1)
print(written)
compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
numbers = (ctypes.c_int * 4)(3, 1, 4, 1)
ctypes.CDLL(None).qsort(numbers, 4, ctypes.sizeof(ctypes.c_int), compare(lambda a, b: a[0] - b[0]))
print(*numbers)


class Dying:
    def __del__(self):
        for word in ("dying", self.name): written.append(word)


dying = Dying(); dying.name = "first"
reference = weakref.ref(dying, lambda r: written.append("gone"))
weakref.finalize(dying, written.append, "finalized")
del dying
dying = Dying(); dying.name = "cycle"; dying.me = dying
del dying
gc.callbacks.append(lambda phase, info:
                    written.append(phase))
gc.collect(0)
gc.collect()
gc.callbacks.clear()
print(written)
local = threading.local()


def work(n):
    local.value = n
    with lock:
        results.append(local.value + sum(x for x in range(n)))
    if n == 3: raise ValueError("in thread")


lock, results = threading.Lock(), []
threading.excepthook = lambda args: results.append(str(args.exc_value))
threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
for thread in threads: thread.start(); thread.join()
timer = threading.Timer(0, work, [7]); timer.start(); timer.join()
print(results)
sys.setrecursionlimit(9000)


def deep(n):
    return n and 1 + deep(
        n - 1)


print(deep(5000), [x for x in map(lambda n: deep(n), (1, 2))])
