"""Coroutines driven by hand: send, throw, close, __await__, awaiting in expressions, async generators without a loop."""
import types


class Pause:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


@types.coroutine
def old_style(value):
    got = yield value
    return got


async def inner(n):
    a = await Pause(n)
    b = await old_style(a)
    return (a or 0) + (b or 0)


async def outer():
    total = 0
    for i in range(2):
        total += await inner(i)
    try:
        await Pause("error")
    except KeyError:
        total += 100
    return total, await inner(3) + await inner(4)


def drive(coroutine, *answers):
    try:
        seen = [coroutine.send(None)]
        for answer in answers:
            if isinstance(answer, BaseException):
                seen.append(coroutine.throw(answer))
            else:
                seen.append(coroutine.send(answer))
    except StopIteration as stop:
        return seen, stop.value
    coroutine.close()
    return seen, "closed"


async def agen():
    for i in range(3):
        got = yield i
        if got:
            yield got


print(drive(outer(), 1, 2, 3, 4, KeyError(), 5, 6, 7, 8))
print(drive(outer(), 1))
g = agen()
for value in (None, "a", None, None):
    try:
        g.asend(value).send(None)
    except StopIteration as stop:
        print(stop.value)
    except StopAsyncIteration:
        print("end")
