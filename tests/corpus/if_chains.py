"""Long if/elif chains, nested conditionals, boolean short circuits, conditional expressions, asserts, dead branches."""
DEBUG = False


def grade(n):
    if n < 0:
        return "negative"
    elif n == 0:
        return "zero"
    elif n < 10:
        if n % 2:
            return "odd digit"
        else:
            return "even digit"
    elif n < 20 and n != 13:
        return "teen"
    elif n == 13 or \
            n == 17:
        return "luck"
    elif n in (20, 30, 40):
        return "tens"
    elif not n % 7:
        kind = "seven"
    elif n > 1000: kind = "huge"
    else:
        kind = "else"
    return kind


def check(value):
    assert value is not None
    assert isinstance(value, int), f"not an int: {value}"
    if __debug__:
        value += 1
    if DEBUG:
        print("never")
    if 0: print("never")
    return value if value > 0 else -value if value < -5 else 0


for n in (-1, 0, 3, 4, 11, 13, 17, 20, 49, 2000, 22):
    print(n, grade(n), n and grade(n) or "falsy", None is not n > 5)
for value in (1, -3, -10, "x", None):
    try:
        print(check(value))
    except AssertionError as error:
        print("assertion", error)
if (m := len("abc")) > 2: print(m)
if not DEBUG: print("one")
elif DEBUG: print("two")
else: print("three")
