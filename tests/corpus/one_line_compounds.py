"""Compound statements on one line: loops, conditions, with, try, def, class and match, with jumps and raises in them."""
import asyncio
import contextlib


def f(*args): return sum(args)
def twice(x): y = x * 2; return y
def empty(): ...
def once(x): yield x; yield from (x, x)


class Wrong(Exception): pass
class Suppress:
    def __enter__(self): return self
    def __exit__(self, *error): print("exit", error[0] and error[0].__name__); return True


def loops(items):
    n = 0
    for x in items: n += f(x)
    for x in items: n += x; n = twice(n) % 1000
    for x in items: pass
    for x in items:
        if x == 2: continue
        if x == 3: break
    else: print("never")
    for x in (): print("never")
    else: n += 1; n += 2
    while n > 500: n -= 1
    while n > 490: n -= 1; f(n)
    else: print("while else", n)
    while True: break
    while n: n = 0; continue
    for x in items: return n + x
    return "never"


def conditions(x):
    if x: pass
    if x: y = 1; z = 2
    else: y = 2; z = 1
    if x == 0: return y, z
    elif x == 1: return "one"
    elif x == 2: x += 1; y += x
    if x and y: y = f(x, y) if x < y else twice(y) if z else 0
    if not x or y > 9: return y
    return lambda: x if y else z


def protected(kind):
    try: f(1); raise kind if kind else Wrong
    except KeyError: return "key"
    except (TypeError, ValueError) as error: f(); return type(error).__name__
    except Wrong: pass
    else: print("never")
    finally: print("finally", kind and kind.__name__)
    try: f()
    except Wrong: print("never")
    else: f(2)
    try: return "fell through"
    finally: f(); twice(1)


def managed():
    with Suppress(): raise Wrong
    with Suppress() as a, Suppress() as b: f(); raise Wrong(a, b)
    with Suppress(): return "returned"


def groups():
    try: raise ExceptionGroup("g", [ValueError(1), KeyError(2)])
    except* ValueError: f(1)
    except* KeyError as group: f(2); print(len(group.exceptions))


def matched(x):
    match x:
        case 1: return "one"
        case [a, b]: c = a + b; return c
        case str() if x: pass
        case _: f()
    return "end"


async def awaited(n): await asyncio.sleep(0); return n
async def asynchronous():
    async def numbers(): yield 1; yield 2
    async for x in numbers(): await awaited(x); print(x)
    async with contextlib.AsyncExitStack() as stack: stack.callback(print, "left"); await awaited(3)
    for x in range(2): await awaited(x)
    while x: x = await awaited(0)
    if await awaited(1): return await awaited(9)


if f(1): print("one"); print("two")
for word in "ab": print(word); print(word)
print(loops([1, 2, 3]), [conditions(x) for x in range(2)], conditions(4)()) if f(1) else None
print([protected(kind) for kind in (None, KeyError, TypeError)], managed(), groups(), empty(), list(once(1)))
print([matched(x) for x in (1, (1, 2), "a", None)], asyncio.run(asynchronous()))
try: protected(OSError)
except OSError: print("os")
with contextlib.suppress(Wrong): f(1); raise Wrong; print("never")
