"""Every simple statement and expression: assignments of all kinds, every operator, del, global, nonlocal, import, assert."""
from __future__ import annotations

import os.path as path, sys
import collections.abc
from string import (
    digits,
    ascii_lowercase as lower,
)
from math import *

a = b = c = 1
a, b = b, a
(a, (b, *c), [d]), e = (1, "234", [5]), 6
[x, *y], *z = "ab", 1, 2
a: int
(b): int = 3
space = {"k": [0, 1, 2]}
space["k"][1:2]: list = [7, 8]
space["k"][0] += 1; space["k"][-1:] *= 2
for op in ("+=", "-=", "*=", "/=", "//=", "%=", "**=", "<<=", ">>=", "&=", "|=", "^="):
    local = {"v": 7 if op not in ("/=", "//=") else 14}
    exec(f"v {op} 2", local)
    print(op, local["v"], end=" ")
v = 7
v += 2
v -= 1; v *= 3
v //= 2
v %= 7
v **= 2
v <<= 1; v >>= 1
v &= 0xff
v |= 1
v ^= 2
v /= 2
v = -v + ~int(v) - (+v) ** 2 * 3 // 4 % 5
v = not v, v is None, v is not v, 1 in c, 1 not in c, 1 < 2 <= 3 != 4 > 3 >= 3 == 3
print(v, x, y, z, b, d, e, space, digits[1:-1:2], lower[::-1][:3], floor(pi), path.sep)
counter = 0


def scopes():
    global counter, made
    own = 0

    def inner():
        nonlocal own
        own += 1
        global counter
        counter += 1
        return lambda: (own, counter)

    inner()
    made = inner()
    return own


class Scope:
    here = counter
    global there
    there = "global"
    del here
    values = *range(3), *"ab"

    def method(self):
        return __class__, self.__init__.__name__


print(scopes(), made(), counter, there, Scope().method()[0].__name__, hasattr(Scope, "here"), Scope.values)
big = {"a": 1, **{"b": 2}, "c": [*(1, 2), *{3}]}
print({*c, *()}, (*c, 1), [*c], big, f(1) if (f := len) is None else f"{f('ab')!s:>{4}}{{}}{1 + 1=}")
print((lambda *args, k=1, **kw: (args, k, kw))(*[1], *(2,), k=3, **{"m": 4}, **{}), 1 if 0 else 2, x and y or z)
print(a and
      b, b if
      a else
      c, (yes := 5) +
      yes,
      0 < yes <
      10)
del a, (b), [x, y]
del space["k"][0], space
assert yes, "never"
assert (yes,
        no := 1)
try:
    assert not yes, f"message {yes}"
except AssertionError as error: print(error)
try: from string import nothing
except ImportError as error: print(type(error).__name__)
try: import no.such
except ModuleNotFoundError: pass
if __name__ == "__main__": pass
...
"text"
1
None
f"{yes}"
yes
yes.real
[yes][0]
print(isinstance(big, collections.abc.Mapping), sys.flags.optimize, 1_0 .real, 0b1 | 0o7, 1j.imag, "a" "b", b"a" b"b", r"\n")


def returns(n):
    if n == 0: return
    if n == 1: return 1,
    if n == 2:
        return (
            1,
            n
        )
    raise ValueError(
        n
    ) from None


print(*(returns(n) for n in range(3)))
try:
    returns(3)
except ValueError as error:
    print(error.__suppress_context__)
try:
    raise KeyError
except KeyError as error:
    raised = error
print(repr(raised))
