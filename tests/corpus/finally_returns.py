"""finally with return, break, continue and raise; nested finally; returns inside with, loops and handlers."""


def override():
    try:
        return 1
    finally:
        return 2


def breaking():
    while True:
        try:
            raise ValueError
        finally:
            break
    return "broken"


def continuing():
    seen = []
    for i in range(3):
        try:
            seen.append(i)
            if i == 1:
                return "never"
        finally:
            continue
    return seen


def replaced():
    try:
        try:
            raise ValueError("first")
        finally:
            raise KeyError("second")
    except KeyError as error:
        return type(error.__context__).__name__


def nested(depth):
    try:
        if depth:
            return nested(depth - 1) + 1
        return 0
    finally:
        try:
            depth / depth
        except ZeroDivisionError:
            pass
        finally:
            depth = None


def in_handler():
    for attempt in range(5):
        try:
            if attempt < 2:
                raise OSError(attempt)
            return attempt
        except OSError:
            continue
        finally:
            attempt = -1


def generator():
    try:
        yield 1
    finally:
        for i in range(2):
            yield i


print(override(), breaking(), continuing(), replaced(), nested(3), in_handler(), list(generator()))
try:
    print("body")
finally:
    print("module finally")
