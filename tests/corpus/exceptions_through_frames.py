"""Exceptions: caught, passed through frames, chained, else, finally, finally with return, nested, bare raise."""


def fail(depth):
    if depth == 0:
        raise ValueError("deep")
    try:
        fail(depth - 1)
    finally:
        depth += 1


def swallow():
    try:
        return fail(2)
    finally:
        return "swallowed"


def loop_finally():
    for i in range(4):
        try:
            if i == 1:
                continue
            if i == 3:
                break
        except ZeroDivisionError:
            print("never")
        else:
            print("else", i)
        finally:
            print("finally", i)
    else:
        print("never")


def chain():
    try:
        try:
            fail(1)
        except ValueError as error:
            raise KeyError("outer") from error
    except (KeyError, IndexError) as error:
        print(repr(error), repr(error.__cause__))


def again():
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            raise
        finally:
            print("inner finally")
    except ArithmeticError:
        print("again")


print(swallow())
loop_finally()
chain()
again()
for divisor in 1, 0, 2:
    try:
        print(6 // divisor)
    except ZeroDivisionError:
        print("division")
    else:
        print("fine")
