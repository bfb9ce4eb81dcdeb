"""Raised in every place: headers, arguments, defaults, decorators, bodies, handlers, __exit__, __del__; with the tracebacks."""
import functools
import sys
import traceback


class Wrong(Exception):
    def __init__(self, *args):
        super().__init__(*args)
        if args == ("init",):
            raise TypeError("in __init__")


def bad(*args, **kw):
    raise Wrong(*args)


class Thing:
    def __iter__(self): return self
    def __next__(self): raise Wrong("next")
    def __getattr__(self, name): raise Wrong(name)
    def __getitem__(self, key): return bad("item", key)
    def __enter__(self): return self
    def __exit__(self, *error): raise Wrong("exit") from None
    def __bool__(self): return bad("truth")
    def __add__(self, other): return bad("add")
    def __contains__(self, x): return bad("contains")
    def __call__(self): return bad("call")
    def __format__(self, spec): return bad("format")
    def __hash__(self): return bad("hash")


class Holder:
    def __exit__(self, *error): return False
    def __enter__(self): return self


thing = Thing()


def for_header():
    for x in thing:
        pass


def while_header():
    n = 3
    while n or thing:
        n -= 1
    else:
        print("never")


def if_header():
    if 0: pass
    elif thing: pass


def with_exit():
    with Holder(), thing as t:
        t = 1 / 1


def with_exit_after_raise():
    with thing:
        raise KeyError


def handler_expression():
    try:
        1 / 0
    except bad("handler"):
        pass


def handler_body():
    try:
        [][1]
    except IndexError as error:
        error = thing + \
            1


def finally_body():
    try:
        return 1
    finally:
        thing["x"]


def over_lines():
    return len(
        str(1),
    ) + max(
        1,
        thing
        .missing,
        2,
    )


def comprehension():
    return [
        y
        for x in range(2)
        for y in (
            x,
            thing[x] if x else 0,
        )
    ]


def default_argument():
    def f(
        a=1,
        b=bad("default"),
    ):
        pass


def decorated():
    @functools.lru_cache
    @lambda f: bad("decorator")
    def f(): pass


def class_body():
    class C:
        x = 1
        y = thing.attribute


def base_class():
    class C(
        Holder,
        metaclass=bad,
    ): pass


def unpacking():
    a, b = 1, \
        2
    a, b, c = a, b


def formatted():
    return f"a {1}" f"""{
        2} {thing:>3}"""


def matched():
    match thing:
        case [x]: pass
        case {"k": v}: pass
        case Holder() | 1: pass
        case _ if thing in thing: pass


def asserted():
    assert 1
    assert [], thing + \
        1


def from_expression():
    raise ValueError from bad(
        "cause")


def in_init(): raise Wrong("init")


def chained():
    try:
        for_header()
    except Wrong:
        try:
            while_header()
        except Wrong as error:
            raise KeyError("chained") from error


def bare():
    try:
        if_header()
    except Wrong as error:
        del error
        raise
    else:
        print("never")


def with_traceback():
    try:
        bad(1)
    except Wrong as error:
        kept = error
    raise kept.with_traceback(None)


def generator():
    def g():
        try:
            yield 1
        finally:
            bad("in close")

    for x in g(): break
    next(i := g())
    i.close()


def key_of_a_callback():
    return sorted([3, 1], key=lambda x:
                  bad(x))


def keyed(): return {thing: 1}
def called(): return thing()
def deleted(): del thing.x
def yielded(): yield from bad("yield")


class Noisy:
    def __del__(self):
        bad("in del")


def unraisable():
    Noisy()
    return 1 // 0


sys.unraisablehook = lambda u: print("unraisable", u.exc_value, u.exc_traceback.tb_lineno)
for function in (
    for_header, while_header, if_header, with_exit, with_exit_after_raise, handler_expression, handler_body, finally_body,
    over_lines, comprehension, default_argument, decorated, class_body, base_class, unpacking, formatted, matched, asserted,
    from_expression, in_init, chained, bare, with_traceback, generator, key_of_a_callback, keyed, called,
    lambda: [*yielded()], unraisable,
):
    try:
        function()
    except Exception as error:
        print(function.__name__, repr(error), repr(error.__context__), error.__suppress_context__)
        print([(f.name, f.lineno) for f in traceback.extract_tb(error.__traceback__)])
        print("".join(traceback.format_exception(error)).replace(__file__, "FILE"))
    else:
        print(function.__name__, "came through")
