"""try, except, except*, else and finally in each other and in loops; leaving by break, continue, return and raise from each."""


def note(*words):
    notes.append(" ".join(map(str, words)))


def ways(way):
    for turn in range(3):
        try:
            note("try", turn)
            if way == "continue":
                continue
            if way == "break":
                break
            if way == "return":
                return turn
            if way == "raise":
                raise ValueError(way)
            try:
                if way == "inner raise":
                    raise KeyError(way)
                if way == "inner break":
                    break
            except KeyError:
                note("inner handler")
                if turn:
                    raise
            else:
                note("inner else")
                if way == "else break":
                    break
            finally:
                note("inner finally")
                if way == "finally continue":
                    continue
                if way == "finally break":
                    break
        except ValueError as error:
            note("handler", error)
            if turn == 1:
                return "from handler"
        else:
            note("else")
        finally:
            note("finally", turn)
            if way == "finally return":
                return "overridden"
    else:
        note("loop else")
    return "end"


def overriding(depth):
    while True:
        try:
            try:
                try:
                    if depth:
                        return overriding(depth - 1)
                    raise ValueError
                finally:
                    note("a", depth)
                    if depth == 1:
                        raise KeyError
            except ValueError:
                note("b", depth)
                return "b"
            finally:
                note("c", depth)
                if depth == 2:
                    continue_out = True
                    break
        except KeyError:
            note("d", depth)
            continue_out = False
            depth -= 1
        finally:
            note("e", depth)
    return continue_out


def in_handler():
    try:
        raise ValueError(1)
    except ValueError as first:
        try:
            raise KeyError(2) from first
        except KeyError as second:
            try:
                raise OSError(3)
            except OSError as third:
                note(third.__context__ is second, second.__cause__ is first)
            try:
                raise
            except KeyError:
                note("again")
        else:
            note("never")
        finally:
            try:
                raise TypeError
            except TypeError:
                note("in finally")
            finally:
                note("finally in finally")


def groups(errors):
    for error in errors:
        try:
            try:
                raise error
            except* ValueError as group:
                note("values", len(group.exceptions))
                try:
                    raise KeyError("in handler")
                except* KeyError:
                    note("nested")
            except* OSError:
                try:
                    raise TypeError("leaves")
                finally:
                    note("finally in star")
            else:
                note("never")
            finally:
                note("star finally")
        except ExceptionGroup as rest:
            note("rest", len(rest.exceptions))
            continue
        except BaseException as other:
            note("other", type(other).__name__)
        finally:
            note("around")


def generator():
    try:
        try:
            got = yield 1
            note("got", got)
        except KeyError:
            yield "handler"
        else:
            yield "else"
        finally:
            yield "finally"
            note("after the finally's yield")
    except ValueError:
        yield "outer"


notes = []
for way in ("continue", "break", "return", "raise", "inner raise", "inner break", "else break", "finally continue",
            "finally break", "finally return", "none"):
    try:
        note("=", way, ways(way))
    except KeyError as error:
        note("=", way, repr(error))
for depth in range(4):
    try:
        note("=", depth, overriding(depth))
    except ValueError:
        note("value")
in_handler()
groups([ValueError(1), ExceptionGroup("g", [ValueError(2), OSError(3), EOFError(4)]), ExceptionGroup("h", [OSError(5)])])
for error in (None, KeyError, ValueError):
    steps = generator()
    note(next(steps))
    note(steps.send("x") if error is None else steps.throw(error))
    note(*steps)
print(*notes, sep="\n")
