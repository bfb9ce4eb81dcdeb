"""Generators: next, send, throw, close, return values, yield from, abandoned, generator expressions, nested."""


def counter(limit):
    value = 0
    while value < limit:
        try:
            got = yield value
        except KeyError as error:
            got = int(error.args[0])
        if got:
            value = got
        else:
            value += 1
    return "done"


def delegating(limit):
    result = yield from counter(limit)
    print("inner returned", result)
    yield from (x * x for x in range(3))
    yield from [7, 8]
    return "outer"


def closing():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print("closed")
        raise
    finally:
        print("finally")


print(list(counter(3)))
g = counter(10)
print(next(g), g.send(5), g.throw(KeyError, KeyError("8")), next(g))
try:
    next(g)
except StopIteration as stop:
    print(stop.value)
d = delegating(4)
print(next(d), d.send(2), list(d))
c = closing()
next(c)
c.close()
for value in closing():
    if value == 2:
        break
    print(value)
abandoned = closing()
next(abandoned)
del abandoned
print(sum(x for y in range(3) for x in range(y) if x or y))
never_started = counter(3)
never_started.close()
t = delegating(3)
next(t)
try:
    t.throw(ValueError("through"))
except ValueError as error:
    print(error)
print(max((len(str(i))
           for i in range(12)
           if i % 2),
          default=0))
