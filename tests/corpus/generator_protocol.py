"""send, throw, close and return values through several `yield from`; generators in finally, cleared by gc, cyclic, shared."""
import gc
import itertools
import sys
import types


def leaf(n):
    total = 0
    try:
        while True:
            got = yield total
            if got is None: break
            total += got
    except LookupError as error:
        total += len(str(error))
        yield "handled"
    except GeneratorExit:
        print("leaf", n, "closed")
        raise
    finally:
        print("leaf", n, "finally")
    return total + n


def middle(depth):
    if depth == 0:
        return (yield from leaf(depth))
    try:
        result = yield from middle(depth - 1)
        result += (yield from leaf(depth)) if depth == 2 else 0
    except ValueError:
        result = yield "value"
    finally:
        print("middle", depth)
    return result


def drive(generator, *sent):
    seen = [next(generator)]
    try:
        for each in sent:
            if isinstance(each, type):
                seen.append(generator.throw(each))
            else:
                seen.append(generator.send(each))
    except StopIteration as stop:
        seen.append(("returned", stop.value))
    except Exception as error:
        seen.append(repr(error))
    return seen


class Delegate:
    """Has send, throw and close of its own."""

    def __init__(self): self.log = []
    def __iter__(self): return self
    def __next__(self): return self.send(None)

    def send(self, value):
        self.log.append(("send", value))
        if len(self.log) > 4: raise StopIteration(self.log)
        return len(self.log)

    def throw(self, kind, value=None, traceback=None):
        self.log.append("throw")
        raise kind if isinstance(kind, type) else type(kind)

    def close(self):
        print("close", self.log)


def over(iterable):
    result = yield from iterable
    return result


def stubborn():
    while True:
        try:
            yield 1
        except GeneratorExit:
            print("stays")
            yield 2


def in_finally():
    try:
        yield 1
    finally:
        for x in (y * y for y in range(3)):
            yield x
        yield from "ab"


def cyclic():
    me = []
    try:
        me.append((yield))
        yield
    finally:
        print("collected")


def countdown(n):
    while n:
        n -= 1
        yield n
    else:
        return "done"


def chain(n):
    """Deep delegation: each value passes through all levels."""
    if n: yield from chain(n - 1)
    yield n


def raises_stop():
    yield next(iter(()))


print(drive(middle(3), 1, 2, 3, None, 5, None))
print(drive(middle(2), 1, KeyError, None, 4, None))
print(drive(middle(2), 1, ValueError, 7, 8))
print(drive(middle(1), OSError))
g = middle(2)
next(g); g.send(1)
g.close()
print(drive(over(Delegate()), 1, 2, 3, 4), drive(over(Delegate()), OSError), drive(over([1, 2]), None, None))
g = over(Delegate())
next(g)
g.close()
g = stubborn()
next(g)
try:
    g.close()
except RuntimeError as error:
    print(error)
g = in_finally()
next(g)
try:
    print(g.throw(KeyError), list(itertools.islice(g, 2)), next(g))
    next(g)
    next(g)
except KeyError:
    print("key")
g = cyclic()
next(g)
g.send(g)
del g
gc.collect()
g = countdown(3)
print([*g], list(chain(40))[::13], list(zip(countdown(2), countdown(3))), max(countdown(5)), 1 in countdown(3), [*map(str, countdown(2))])
first, *rest = countdown(4)
a, b = countdown(2)
print(first, rest, a, b, dict(enumerate(countdown(2))), sorted(countdown(3)), "".join(map(str, countdown(3))))
try:
    list(raises_stop())
except RuntimeError as error:
    print(type(error.__cause__).__name__)
shared = countdown(6)
print([(x, next(shared)) for x in shared], next(shared, "exhausted"))
running = (next(running) for _ in range(1))
try:
    next(running)
except ValueError as error:
    print(error)
g = countdown(2); next(g)
print(g.gi_frame.f_lineno, g.gi_yieldfrom, isinstance(g, types.GeneratorType), sys.getrefcount(g) > 0); del g


def fib():
    a, b = 0, 1
    while True: yield a; a, b = b, a + b


for n in fib():
    if n > 50: break
print(n, [x for x, _ in zip(fib(), range(9))], next(itertools.dropwhile(lambda x: x < 100, fib())))
