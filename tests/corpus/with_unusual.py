"""with: raising in the header, in __enter__ and __exit__, in loops with jumps, nested, over lines, in generators, async."""
import asyncio
import contextlib


class Room:
    def __init__(self, name, enter=None, leave=None, swallow=False):
        self.name, self.enter, self.leave, self.swallow = name, enter, leave, swallow
        if name is None: raise TypeError("no name")

    def __enter__(self):
        if self.enter:
            raise self.enter(self.name)
        return self.name, self

    def __exit__(self, kind, value, traceback):
        print("leave", self.name, kind and kind.__name__, traceback and traceback.tb_lineno)
        if self.leave:
            raise self.leave(self.name)
        return self.swallow

    async def __aenter__(self):
        await asyncio.sleep(0)
        return self.__enter__()

    async def __aexit__(self, *error):
        await asyncio.sleep(0)
        return self.__exit__(*error)


def header(kind):
    table = {}
    with Room("outer", swallow=True):
        if kind == 0:
            with Room(None): print("never")
        elif kind == 1:
            with Room("a"), Room("b", enter=ValueError): print("never")
        elif kind == 2:
            with (
                Room("a"),
                Room("b") as (
                    name,
                    table[1].x,
                ),
                Room("never"),
            ):
                print("never")
        elif kind == 3:
            with Room("a") as (name, table["room"]), Room("b", leave=KeyError) as \
                    table["pair"]:
                print(name, len(table))
        elif kind == 4:
            with Room("a", swallow=True), Room("b", leave=KeyError), \
                 Room("c", swallow=True):
                raise OSError
            print("went on")
        else:
            return "returned"
    return "end"


def jumps():
    seen = []
    for i in range(6):
        with Room(i, swallow=i % 2 == 1) as (_, room):
            seen.append(i)
            if i == 0:
                continue
            with contextlib.suppress(ZeroDivisionError): 1 / (i - 2)
            if i == 3: raise ValueError
            if i == 4:
                break
            seen.append("passed")
        seen.append("after")
    else:
        seen.append("never")
    while True:
        with Room("while"):
            try:
                with Room("inner"):
                    return seen
            finally:
                seen.append("finally")


def generator():
    with Room("generator") as (name, _):
        try:
            yield name
            yield 2
        finally:
            with Room("last"): print("closing")


@contextlib.contextmanager
def wrapped(error=None):
    try:
        with Room("wrapped"):
            yield
    except KeyError:
        if error: raise error from None


@wrapped()
def decorated():
    raise KeyError


async def asynchronous():
    async with Room("a") as (name, _), Room("b", swallow=True): raise KeyError(name)
    async with (
        Room("c", swallow=True),
        Room("d", enter=ValueError),
    ):
        print("never")
    for i in range(3):
        async with Room(i):
            if i: break
            continue
    async with Room("e"):
        return "returned"


for kind in range(6):
    print(header(kind))
print(jumps())
for value in generator():
    break
steps = generator()
next(steps)
try:
    steps.throw(OSError)
except OSError:
    print("os")
decorated()
try:
    with wrapped(EOFError("replaced")): raise KeyError
except EOFError as error:
    print(error)
print(asyncio.run(asynchronous()))
with Room("text") as pair, \
        open(__file__) as file, Room("x"): print(len(pair), file.closed)
