"""Decorators: of functions and classes, stacked, with arguments, as classes, on methods; properties; cached functions."""
import functools


def trace(f):
    @functools.wraps(f)
    def wrapper(*args, **kw):
        print("call", f.__name__)
        return f(*args, **kw)

    return wrapper


def repeat(times):
    def decorate(f):
        def again(*args):
            result = None
            for _ in range(times):
                result = f(*args)
            return result

        return again

    return decorate


class Count:
    def __init__(self, f):
        self.f, self.calls = f, 0

    def __call__(self, *args):
        self.calls += 1
        return self.f(*args)


def register(cls):
    cls.registered = True
    return cls


@trace
@repeat(
    times=3,
)
def hello(name):
    return "hello " + name


@Count
def counted(x):
    return x


@register
class Thing:
    @staticmethod
    @trace
    def fixed():
        return 1

    @classmethod
    def made(cls):
        return cls()

    @property
    def value(self):
        return 5

    @value.setter
    def value(self, to):
        self.to = to

    @functools.cached_property
    def slow(self):
        return self.value * 2


@functools.lru_cache(maxsize=None)
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@functools.singledispatch
def show(x):
    return "object"


@show.register
def _(x: int):
    return "int"


print(hello("you"), counted(1) + counted(2), counted.calls, Thing.registered)
thing = Thing.made()
thing.value = 3
print(thing.fixed(), thing.value, thing.to, thing.slow, thing.slow, fibonacci(20), show(1), show("a"))
