"""Expressions and calls over several lines: chained calls, conditions, f-strings, backslashes, dicts, subscripts."""


def f(*args, **kw):
    return len(args) + len(kw)


def g(
    a,
    b=f(1,
        2),
):
    return (a
            + b)


value = f(
    f(1),
    f(
        2,
        3,
    ),
    key=f(
        4
    ),
)
text = ("abc"
        .upper()
        .lower()
        .replace("a",
                 "b"))
flag = (
    value > 100
    or value == 3
    and text
    and not
    value < 0
)
result = (
    "large"
    if value > 100
    else
    "small"
    if value
    else "zero"
)
table = {
    "a": f(),
    "b":
        f(1),
    **{"c": 3},
}
line = f"{value}" if not value else f"""{
    value
} and {text!r:>10}"""
chosen = table[
    "a"
    if not flag
    else "b"
]
total = value + \
    chosen \
    - 1
assert (
    total
    > 0
), "message"
if (value
        and total
        or flag):
    total += 1
print(
    value, text, flag,
    result, table,
    line, chosen, total,
    g(1), g(
        b=2, a=3))
x = y = z = [
    1,
    2,
]
x[
    0
] = f(
    1,
)
x[0], x[1] = (
    x[1],
    x[0],
)
print(1 < value
      < 5, x)
raise_it = [lambda:
            1 / 1,
            f]
print(raise_it[0](
), raise_it[1](
    1))
