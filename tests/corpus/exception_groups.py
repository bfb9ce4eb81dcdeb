"""try/except*: partly handled groups, several handlers, nothing matching, re-raised rest, plain exceptions wrapped."""


def task(kinds):
    errors = [kind(str(i)) for i, kind in enumerate(kinds)]
    if errors:
        raise ExceptionGroup("several", errors)
    return "no errors"


def run(*kinds):
    try:
        print(task(kinds))
    except* ValueError as group:
        print("values", len(group.exceptions))
    except* (TypeError, KeyError) as group:
        print("types", len(group.exceptions))
        if len(group.exceptions) > 1:
            raise RuntimeError("too many") from group
    else:
        print("else")
    finally:
        print("finally")


run()
run(ValueError)
run(ValueError, TypeError, ValueError)
for kinds in ((OSError, ValueError), (TypeError, KeyError)):
    try:
        run(*kinds)
    except ExceptionGroup as error:
        print(type(error).__name__, [type(e).__name__ for e in error.exceptions])
    except RuntimeError as error:
        print(repr(error), repr(error.__cause__))
try:
    raise ValueError("plain")
except* ValueError as group:
    print(group.exceptions)
