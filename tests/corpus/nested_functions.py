"""Nested functions, closures, nonlocal, global, defaults, keyword-only and positional-only arguments, unpacking."""
total = 0


def outer(start):
    count = start

    def middle(step):
        nonlocal count

        def inner():
            nonlocal count
            count += step
            return count

        return inner

    one, ten = middle(1), middle(10)
    return one, ten


def add(*numbers, scale=1):
    global total
    for number in numbers: total += number * scale
    return total


def strict(a, /, b, *, c=3):
    return a, b, c


def defaults(items=[], *, when=(lambda: "now")()):
    items.append(when)
    return items


one, ten = outer(5)
print(one(), ten(), one(), ten())
print(add(1, 2, 3), add(4, scale=2), add(*range(3), **{"scale": 3}))
print(strict(1, 2), strict(1, b=2, c=4))
defaults()
print(defaults())
first, *middle, last = range(6)
(a, b), [c, (d, *e)] = (1, 2), (3, (4, 5, 6))
print(first, middle, last, a, b, c, d, e)
print(
    add(
        1,
        *[2,
          3],
        scale=(
            1
            + 1
        ),
    ),
    strict(
        1,
        2,
    ),
)
